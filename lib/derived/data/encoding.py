"""Labels in their three forms: class indices, one-hot rows, signs."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from derived.arguments import examples, require, require_finite, require_labels

__all__ = ["decode", "one_hot", "signed_rows", "signs"]


def one_hot(labels: ArrayLike, classes: int | None = None, dtype: DTypeLike = np.float32) -> np.ndarray:
    """Rows of the identity matrix: ``one_hot(labels, K)[i] = e_labels[i]``.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Class indices.
    classes : int, optional
        K; the largest label + 1 if left out, which is wrong for a part in which the last class is missing.
    dtype : dtype
        Of the result.

    Returns
    -------
    ndarray, shape (N, K)

    Raises
    ------
    ValueError
        If the labels are no integers or leave 0 .. K - 1.

    Examples
    --------
    >>> one_hot([2, 0], classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    labels = np.asarray(labels)
    if classes is None:
        classes = int(labels.max()) + 1 if labels.size and labels.dtype.kind in "iu" else 1
    require_labels("one_hot", labels, classes)
    rows = np.zeros((len(labels), classes), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def decode(scores: ArrayLike) -> np.ndarray:
    """The class of the largest score in each row (the first of equals); undoes :func:`one_hot`.

    Parameters
    ----------
    scores : array_like, shape (N, K)
        One-hot rows, probabilities or logits.

    Returns
    -------
    ndarray of int64, shape (N,)
    """
    scores = np.asarray(scores)
    require(
        scores.ndim == 2 and scores.shape[1] > 0,
        f"decode: scores has shape {scores.shape}, expected (N, K) with one column for each class",
    )
    require_finite("decode", "scores", scores)
    return scores.argmax(axis=1)


def signs(labels: ArrayLike, dtype: DTypeLike = np.int64) -> np.ndarray:
    """Labels 0 and 1 as -1 and +1: ``2 * labels - 1``.

    Parameters
    ----------
    labels : array_like of 0 and 1 (or bool), any shape
    dtype : dtype
        Of the result; a signed one.

    Examples
    --------
    >>> signs([0, 1, 1])
    array([-1,  1,  1])
    """
    labels = np.asarray(labels)
    _only("signs", "labels", labels, (0, 1))
    return np.where(labels == 1, 1, -1).astype(dtype)


def signed_rows(X: ArrayLike, y: ArrayLike, where: str = "signed_rows") -> np.ndarray:
    """The rows ``y_i x_i``: weights classify all examples iff their product with each of these is positive.

    Parameters
    ----------
    X : array_like, shape (N, n)
        Examples; finite numbers.
    y : array_like, shape (N,)
        Labels -1 and +1.
    where : str
        The function that messages name.

    Returns
    -------
    ndarray of float64, shape (N, n)

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no example, a label is neither -1 nor +1, or X is not finite.

    Examples
    --------
    >>> signed_rows([[1, 2], [3, 4]], [1, -1])
    array([[ 1.,  2.],
           [-3., -4.]])
    """
    X, targets = examples(where, X, y)
    _only(where, "y", np.asarray(y), (-1, 1))
    return targets[:, None] * X


def _only(where: str, argument: str, array: np.ndarray, allowed: tuple[int, int]) -> None:
    strange = (array != allowed[0]) & (array != allowed[1])
    require(
        not strange.any(),
        f"{where}: {argument} has {array[strange].flat[0] if strange.any() else None}, "
        f"expected only {allowed[0]} and {allowed[1]}",
    )
