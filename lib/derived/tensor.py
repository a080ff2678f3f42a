"""Tensors, primitives and the tape: all of backpropagation.

A *primitive* is a NumPy function that returns its value and, for each argument, its *pullback*, the map that takes the
gradient with respect to the value to the gradient with respect to that argument. The decorator :func:`primitive` lifts
it to tensors, which remember the primitive's arguments and pullbacks; going through what they remember, newest first,
composes the pullbacks by the chain rule.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from heapq import heappop, heappush
from typing import Any

import numpy as np

_recording = True
_age = itertools.count(1)
_RELEASED = ("released",)


class Tensor:
    """An array that remembers how it was computed.

    Parameters
    ----------
    data : array, number, nested list or tensor; the dtype is kept (lists of floats become float64).
    requires_grad : whether :meth:`backward` shall leave a gradient in ``grad``; only for floating-point data.

    Attributes
    ----------
    data : the array, not a copy. What was recorded refers to it: change it in place only after :meth:`backward`.
    grad : gradient of the same shape and dtype, or None; an array of its own, which may be changed in place.
    """

    __slots__ = ("__weakref__", "_age", "_parents", "_pulls", "data", "grad", "requires_grad", "retains_grad")
    __array_ufunc__ = None  # array + tensor must reach Tensor.__radd__; np.exp(tensor) must fail, not lose the gradient

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        self.data = np.asarray(data.data if isinstance(data, Tensor) else data)
        if requires_grad and not np.issubdtype(self.data.dtype, np.floating):
            raise TypeError(f"Tensor: requires_grad needs floating-point data, got dtype {self.data.dtype}")
        self.grad: np.ndarray | None = None
        self.requires_grad = requires_grad
        self.retains_grad = False
        self._parents = self._pulls = None
        self._age = 0

    shape = property(lambda self: self.data.shape, doc="Shape of the array.")
    ndim = property(lambda self: self.data.ndim, doc="Number of dimensions.")
    size = property(lambda self: self.data.size, doc="Number of entries.")
    dtype = property(lambda self: self.data.dtype, doc="Type of the entries.")
    is_leaf = property(lambda self: self._pulls is None, doc="Whether it was given, not recorded as computed.")

    def item(self) -> float:
        """The only entry, as a Python number."""
        return self.data.item()

    def numpy(self) -> np.ndarray:
        """The array itself, not a copy."""
        return self.data

    def detach(self) -> Tensor:
        """The same array without its history."""
        return Tensor(self.data)

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate value, too, when :meth:`backward` comes by."""
        self.retains_grad = True

    def backward(self, gradient: np.ndarray | None = None, retain_graph: bool = False) -> None:
        """Add to ``grad`` of every leaf the gradient of this value, pulled back through all that led to it.

        Parameters
        ----------
        gradient : gradient with respect to this value, of its shape; 1 if this is a single number.
        retain_graph : keep what was recorded, for another call, which then adds to the gradients.

        Raises
        ------
        RuntimeError
            if nothing was recorded, if the record was already used and released, or if ``gradient`` is missing.
        """
        for leaf, g in _pull_back(self, _seed(self, gradient), retain_graph).items():
            leaf.grad = g if leaf.grad is None else np.asarray(leaf.grad + g)

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)  # without this, a tensor that has a length would be true whatever it holds

    def __float__(self) -> float:
        return float(self.item())

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("a tensor is no NumPy array, and as one it would lose its gradient; use its .data")

    def __array_function__(self, function: Callable, *_: Any) -> None:
        raise TypeError(f"numpy.{function.__name__} would lose the gradient of a tensor; use derived.ops or its .data")

    def __repr__(self) -> str:
        return f"Tensor({self.data!r}{', requires_grad=True' if self.requires_grad else ''})"


def primitive(rule: Callable) -> Callable:
    """Lift ``rule(*arrays, **options) -> value, pull_1, pull_2, …`` to tensors.

    Arguments may be tensors, by position or by name; lists become arrays. A pullback is called only for an argument
    that needs its gradient. The rule itself stays available as ``primitive.rule``.
    """

    @functools.wraps(rule)
    def lifted(*arguments: Any, **options: Any) -> Tensor:
        if options and any(isinstance(o, Tensor) for o in options.values()):
            bound = inspect.signature(rule).bind(*arguments, **options)
            bound.apply_defaults()
            arguments, options = bound.args, bound.kwargs
        arrays, needed = [], False
        for a in arguments:
            if isinstance(a, Tensor):
                arrays.append(a.data)
                needed = needed or a.requires_grad
            else:
                arrays.append(np.asarray(a) if type(a) is list else a)
        value, *pulls = rule(*arrays, **options)
        out = Tensor.__new__(Tensor)  # skips __init__: a quarter of the cost of a small operation
        out.data = value if type(value) is np.ndarray else np.asarray(value)
        out.grad, out.retains_grad = None, False
        if not (needed and _recording):
            out.requires_grad, out._parents, out._pulls, out._age = False, None, None, 0
            return out
        if len(pulls) < len(arguments):
            for k, a in enumerate(arguments[len(pulls) :], len(pulls)):
                if isinstance(a, Tensor) and a.requires_grad:  # its gradient would be missing in silence
                    _refuse_gradient(rule, k)
        out.requires_grad, out._parents, out._pulls, out._age = True, arguments, pulls, next(_age)
        return out

    lifted.rule = rule
    return lifted


def _refuse_gradient(rule: Callable, k: int) -> None:
    name = list(inspect.signature(rule).parameters)[k]
    raise TypeError(f"{rule.__name__}: {name} requires a gradient, but there is no pullback for it; detach it")


def shared(pull: Callable) -> Callable[[int], Callable]:
    """Split one computation that yields the gradients of several arguments into a pullback for each.

    ``component = shared(pull)``; then ``component(0)``, ``component(1)``, … are pullbacks, and ``pull(g)``, which
    returns all gradients as a tuple, runs once for each ``g``.
    """
    last: list = [None, None]

    def component(i: int) -> Callable:
        def pull_component(g: np.ndarray) -> np.ndarray:
            if last[0] is not g:
                last[:] = g, pull(g)
            return last[1][i]

        return pull_component

    return component


def _seed(output: Tensor, gradient: np.ndarray | None) -> np.ndarray:
    """The gradient that a backward pass starts from."""
    if not output.requires_grad:
        raise RuntimeError("backward: this tensor was not computed from one that requires a gradient, or under no_grad")
    if gradient is None:
        if output.size != 1:
            raise RuntimeError(
                f"backward: gradient is missing; it can be left out only for one number, not {output.shape}"
            )
        return np.array(1, output.dtype, ndmin=output.ndim)
    gradient = np.array(gradient.data if isinstance(gradient, Tensor) else gradient, dtype=output.dtype)  # a copy
    if gradient.shape != output.shape:
        raise RuntimeError(f"backward: gradient has shape {gradient.shape}, the value {output.shape}")
    return gradient


def _pull_back(output: Tensor, gradient: np.ndarray, retain_graph: bool) -> dict[Tensor, np.ndarray]:
    """Gradients of all leaves, by the chain rule.

    The newest value that is still pending has received all its contributions, because every value computed from it is
    newer still: taking the newest each time is a reverse topological order, without recursion.
    """
    if output._pulls is None:
        return {output: gradient}
    pending, leaves = {output: gradient}, {}
    queue = [(-output._age, output)]
    while queue:
        _, node = heappop(queue)
        g = pending.pop(node)
        if node.retains_grad:
            node.grad = np.array(g if node.grad is None else node.grad + g, dtype=node.dtype)
        if node._pulls is _RELEASED:
            raise RuntimeError(
                "backward: what was recorded here has been used and released; pass retain_graph=True before"
            )
        for parent, pull in zip(node._parents, node._pulls):  # noqa: B905 - arguments without a pullback come last
            if not (isinstance(parent, Tensor) and parent.requires_grad):
                continue
            found = leaves if parent._pulls is None else pending
            if parent in found:
                found[parent] = found[parent] + pull(g)
                continue
            found[parent] = pull(g)
            if found is pending:
                heappush(queue, (-parent._age, parent))
        if not retain_graph:
            node._parents = node._pulls = _RELEASED
    return _own(leaves)


def _own(gradients: dict[Tensor, np.ndarray]) -> dict[Tensor, np.ndarray]:
    """The same gradients as arrays that may be changed in place: no two share memory, none is a view.

    The pullbacks of ``x + y`` hand the same array to both, and that of a sum hands on a view of one number.
    """
    taken = set()
    for x, g in gradients.items():
        data = x.data
        if type(g) is not np.ndarray or g.dtype is not data.dtype:
            g = gradients[x] = np.asarray(g, dtype=data.dtype)
        if g.shape != data.shape:
            raise RuntimeError(f"backward: a pullback gave a gradient of shape {g.shape} to a leaf of shape {x.shape}")
        if g.base is not None or id(g) in taken:
            g = gradients[x] = g.copy()
        taken.add(id(g))
    return gradients


def no_grad() -> AbstractContextManager:
    """Record nothing inside the block (also usable as a decorator)."""
    return _record(False)


@contextmanager
def _record(recording: bool) -> Iterator[None]:
    """Record inside the block, or not."""
    global _recording
    before, _recording = _recording, recording
    try:
        yield
    finally:
        _recording = before


def vjp(f: Callable, *primals: np.ndarray) -> tuple[np.ndarray, Callable]:
    r"""Value of ``f`` and its pullback :math:`v \mapsto J^\top v` (vector-Jacobian product).

    Parameters
    ----------
    f : function of tensors that returns one tensor; recorded under :func:`no_grad`, too.
    primals : the arguments, arrays of floating-point numbers.

    Returns
    -------
    value : array.
    pull : takes an array of the value's shape, returns a tuple, one gradient for each argument; may be called often.
    """
    inputs = [Tensor(x, requires_grad=True) for x in primals]
    with _record(True):
        output = f(*inputs)

    def pull(v: np.ndarray) -> tuple[np.ndarray, ...]:
        if not output.requires_grad:
            return tuple(np.zeros_like(x.data) for x in inputs)
        leaves = _pull_back(output, _seed(output, v), retain_graph=True)
        return tuple(leaves.get(x, np.zeros_like(x.data)) for x in inputs)

    return output.data, pull


def jvp(f: Callable, primals: Sequence[np.ndarray], tangents: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    r"""Value of ``f`` and :math:`Ju` (Jacobian-vector product) at ``primals`` in the direction ``tangents``.

    The pullback is transposed: entry :math:`i` of :math:`Ju` is :math:`\langle J^\top e_i, u\rangle`, one backward pass
    for each entry of the value. Exact, and cheap for values with few entries.
    """
    shapes = [(np.shape(x), np.shape(u)) for x, u in zip(primals, tangents, strict=True)]
    if any(x != u for x, u in shapes):
        raise ValueError(f"jvp: each tangent must have the shape of its primal; the pairs of shapes are {shapes}")
    value, pull = vjp(f, *primals)
    tangent = np.zeros_like(value)
    for i in np.ndindex(value.shape):
        unit = np.zeros_like(value)
        unit[i] = 1
        tangent[i] = sum(np.sum(g * u) for g, u in zip(pull(unit), tangents, strict=True))
    return value, tangent


def grad(f: Callable, argnum: int = 0) -> Callable:
    """The function that computes the gradient of the number ``f(*arrays)`` with respect to argument ``argnum``."""

    def gradient(*arrays: np.ndarray) -> np.ndarray:
        value, pull = vjp(f, *arrays)
        return pull(np.ones_like(value))[argnum]

    return gradient


def rule_of(f: Callable) -> Callable:
    """A function of tensors as a rule, ``value, pull_1, …``, for :func:`derived.check.gradcheck`."""

    def rule(*arrays: np.ndarray) -> tuple:
        value, pull = vjp(f, *arrays)
        return value, *(lambda v, k=k: pull(v)[k] for k in range(len(arrays)))

    return rule
