"""What all optimizers share: parameters in one flat vector, updated in place, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from scipy.linalg.blas import daxpy, saxpy
from threadpoolctl import threadpool_info

from derived.arguments import require
from derived.tensor import Tensor

_AXPY = {np.dtype(np.float32): saxpy, np.dtype(np.float64): daxpy}
BLOCK = 65_536  # entries; what one block's update touches then stays in cache, and calls cost little beside it


class Optimizer:
    """Base class. A subclass names its state vectors and defines :meth:`update`, the rule for a block of parameters.

    The parameters' arrays become views into one vector, so that an update is a few vector operations for the whole
    model and not for each parameter. Parameters whose ``grad`` is None are left as they are.

    Parameters
    ----------
    params : leaf tensors that require their gradient, all float32 or all float64; each once.
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
        dtype = dtypes.pop()
        require(dtype in _AXPY, f"{name}: params have dtype {dtype}, expected float32 or float64")
        require(lr >= 0, f"{name}: lr is {lr}, expected a number >= 0")
        self.lr, self.steps = lr, 0
        self._axpy = _AXPY[dtype]
        self._counts, self._present = [0] * len(self.params), None
        self._vector = np.empty(sum(p.size for p in self.params), dtype)
        ends = np.cumsum([p.size for p in self.params])
        self._slices = [slice(int(e) - p.size, int(e)) for p, e in zip(self.params, ends, strict=True)]
        self._views = [self._vector[s].reshape(p.shape) for p, s in zip(self.params, self._slices, strict=True)]
        self.state = {key: np.zeros_like(self._vector) for key in self.state_names}

    def step(self) -> None:
        """One update of all parameters that have a gradient."""
        for p, view in zip(self.params, self._views):  # noqa: B905 - equally many, and the check costs time
            if p.data is not view:  # first step, or another optimizer has moved the array into its own vector
                view[...] = p.data
                p.data = view
        present = [p.grad is not None for p in self.params]
        if present != self._present:
            self._present, self._groups = present, self._grouped(present)
        for i, has in enumerate(present):
            self._counts[i] += has
        for members, together, blocks in self._groups:
            self.steps = self._counts[members.start]
            if together is None:
                gradient = self.params[members.start].grad.reshape(-1)
            else:
                gradient = np.concatenate([p.grad for p in self.params[members]], axis=None, out=together)
            for part, w, *state in blocks:
                self.update(w, gradient[part], *state)

    def _grouped(self, present: list[bool]) -> list[tuple[slice, np.ndarray | None, list]]:
        """Neighbours that share their updates: all have a gradient, equally many steps, together at most a block.

        Small parameters then cost few calls, and the gradient of a large one need not be copied. With each group come
        room for its gradients together, if it has several members, and its blocks: the part of the gradient, and views
        of the parameters and of the state.
        """
        groups: list[list] = []
        for i, (s, has) in enumerate(zip(self._slices, present, strict=True)):
            if not has:
                continue
            last = groups[-1] if groups else None
            if last and last[1] == i and self._counts[i] == self._counts[i - 1] and s.stop - last[2] <= BLOCK:
                last[1], last[3] = i + 1, s.stop
            else:
                groups.append([i, i + 1, s.start, s.stop])
        return [
            (slice(i, j), np.empty_like(self._vector[a:b]) if j > i + 1 else None, self._blocks(a, b))
            for i, j, a, b in groups
        ]

    def _blocks(self, first: int, last: int) -> list[tuple]:
        bounds = [(a, min(a + BLOCK, last)) for a in range(first, last, BLOCK)]
        vectors = (self._vector, *self.state.values())
        return [(slice(a - first, b - first), *(x[a:b] for x in vectors)) for a, b in bounds]

    def descend(self, w: np.ndarray, direction: np.ndarray, rate: float) -> None:
        """``w -= rate * direction`` by BLAS, in one pass over memory: NumPy would write the product down first."""
        length = _axpy_length()
        if w.size <= length:
            self._axpy(direction, w, a=-rate)
        else:
            for first in range(0, w.size, length):
                part = slice(first, first + length)
                self._axpy(direction[part], w[part], a=-rate)

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
            require(vector.shape == self._vector.shape,
                    f"load_state_dict: {key} has shape {vector.shape}, expected {self._vector.shape}")  # fmt: skip
        self.lr, self._counts, self._present = state["lr"], list(state["steps"]), None
        for key, vector in state["state"].items():
            self.state[key][...] = vector


@cache
def _axpy_length() -> int:
    """How many entries BLAS is given at once.

    SciPy brings a BLAS of its own, which shares more than 10,000 entries among threads of its own. These would wait for
    the cores on which the threads of NumPy's BLAS wait for work: on two cores a step took seven times as long.
    """
    several = any(library["num_threads"] > 1 for library in threadpool_info() if library["user_api"] == "blas")
    return 10_000 if several else BLOCK
