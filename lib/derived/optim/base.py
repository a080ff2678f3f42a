"""What all optimizers share: parameters in one flat vector, updated in place, block by block."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor

BLOCK = 32_768  # entries; what one block's update touches then stays in cache, and calls cost little beside it


class Optimizer:
    """Base class. A subclass names its state vectors and defines :meth:`update`, the rule for a block of parameters.

    The parameters' arrays become views into one vector, so that an update is a few vector operations for the whole
    model and not for each parameter. Parameters whose ``grad`` is None are left as they are.

    Parameters
    ----------
    params : leaf tensors that require their gradient, all of one dtype; each once.
    lr : learning rate, at least 0; may be changed between steps.

    Raises
    ------
    ValueError
        if there are no parameters, a tensor does not require its gradient or comes twice, dtypes differ, or lr < 0.
    """

    state_names: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        name = type(self).__name__
        self.params = list(params)
        require(bool(self.params), f"{name}: params is empty")
        require(all(isinstance(p, Tensor) and p.requires_grad and p.is_leaf for p in self.params),
                f"{name}: params must be tensors that require a gradient and are no results")  # fmt: skip
        require(len(set(map(id, self.params))) == len(self.params), f"{name}: params has a tensor twice")
        dtypes = {p.dtype for p in self.params}
        require(len(dtypes) == 1, f"{name}: params have dtypes {sorted(map(str, dtypes))}, expected one")
        require(lr >= 0, f"{name}: lr is {lr}, expected a number >= 0")
        self.lr, self.steps = lr, 0
        self._counts = [0] * len(self.params)
        self._vector = np.empty(sum(p.size for p in self.params), dtypes.pop())
        ends = np.cumsum([p.size for p in self.params])
        self._slices = [slice(int(e) - p.size, int(e)) for p, e in zip(self.params, ends, strict=True)]
        self._views = [self._vector[s].reshape(p.shape) for p, s in zip(self.params, self._slices, strict=True)]
        self._groups = _grouped([p.size for p in self.params])
        self.state = {key: np.zeros_like(self._vector) for key in self.state_names}

    def step(self) -> None:
        """One update of all parameters that have a gradient."""
        for p, view in zip(self.params, self._views, strict=True):
            if p.data is not view:  # first step, or another optimizer has moved the array into its own vector
                view[...] = p.data
                p.data = view
        gradients = [p.grad for p in self.params]
        self._counts = [n + (g is not None) for n, g in zip(self._counts, gradients, strict=True)]
        for group in self._groups:
            together = len(set(self._counts[group])) == 1 and all(g is not None for g in gradients[group])
            for part in [group] if together else _each(group):
                if gradients[part.start] is not None:
                    self._advance(part, gradients[part])

    def _advance(self, group: slice, gradients: list[np.ndarray]) -> None:
        """Update the parameters of one group, which all have a gradient and the same number of steps."""
        self.steps = self._counts[group.start]
        first, last = self._slices[group.start].start, self._slices[group.stop - 1].stop
        gradient = gradients[0].reshape(-1) if len(gradients) == 1 else np.concatenate(gradients, axis=None)
        for start in range(first, last, BLOCK):
            block = slice(start, min(start + BLOCK, last))
            g = gradient[start - first : block.stop - first]
            self.update(self._vector[block], g, *(s[block] for s in self.state.values()))

    def update(self, w: np.ndarray, g: np.ndarray, *state: np.ndarray) -> None:
        """Change the block ``w`` and its ``state`` in place, given its gradient ``g``, which stays as it is.

        ``self.steps`` is the number of updates of these parameters, this one included.
        """
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients, before the next backward pass."""
        for p in self.params:
            p.grad = None

    def state_dict(self) -> dict:
        """Learning rate, number of steps of each parameter and copies of the state vectors."""
        return {"lr": self.lr, "steps": list(self._counts), "state": {k: v.copy() for k, v in self.state.items()}}

    def load_state_dict(self, state: dict) -> None:
        """Take over what :meth:`state_dict` gave for such a model; anything else raises and changes nothing."""
        require(state["state"].keys() == self.state.keys(),
                f"load_state_dict: state has {sorted(state['state'])}, expected {sorted(self.state)}")  # fmt: skip
        require(len(state["steps"]) == len(self.params),
                f"load_state_dict: steps of {len(state['steps'])} parameters, expected {len(self.params)}")  # fmt: skip
        for key, vector in state["state"].items():
            require(
                vector.shape == self._vector.shape,
                f"load_state_dict: {key} has shape {vector.shape}, expected {self._vector.shape}",
            )
        self.lr, self._counts = state["lr"], list(state["steps"])
        for key, vector in state["state"].items():
            self.state[key][...] = vector


def _grouped(sizes: list[int]) -> list[slice]:
    """Neighbours of together at most a block: small parameters share an update, large ones need no copied gradient."""
    groups, start, total = [], 0, 0
    for i, size in enumerate(sizes):
        if i > start and total + size > BLOCK:
            groups.append(slice(start, i))
            start, total = i, 0
        total += size
    return [*groups, slice(start, len(sizes))]


def _each(group: slice) -> list[slice]:
    return [slice(i, i + 1) for i in range(group.start, group.stop)]
