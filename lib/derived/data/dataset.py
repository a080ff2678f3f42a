"""What a data set is: inputs, targets, their names and their origin."""

from dataclasses import dataclass, field

import numpy as np

__all__ = ["Dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set: inputs, targets, what they are called and where they come from.

    Attributes
    ----------
    name : str
        The name that :func:`derived.data.load` knows.
    X : ndarray, shape (N, ...)
        Inputs, one example in each row.
    y : ndarray, shape (N,)
        Class indices 0 .. `n_classes` - 1 (int64), or real targets with the dtype of `X`.
    feature_names, target_names : tuple of str
        Names of the columns of `X` and of the classes (none for real targets).
    description, source, licence : str
        What was measured and in which units, where the data come from, and their terms of use.

    Examples
    --------
    >>> load_iris()
    Dataset iris: X (150, 4) float32, y (150,) int64, 3 classes (setosa, versicolor, virginica)
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    description: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    licence: str = field(default="", repr=False)

    @property
    def n_classes(self) -> int:
        """The number of classes; 0 if the targets are real numbers."""
        return len(self.target_names)

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        kind = f"{self.n_classes} classes ({_shortened(self.target_names)})" if self.target_names else "real targets"
        return f"Dataset {self.name}: X {self.X.shape} {self.X.dtype}, y {self.y.shape} {self.y.dtype}, {kind}"


def _shortened(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 4 else f"{names[0]}, {names[1]}, ..., {names[-1]}"
