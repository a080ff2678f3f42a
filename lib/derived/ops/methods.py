"""Operators and methods of tensors: ``x + y`` is :func:`derived.ops.add`, ``x.sum()`` is :func:`derived.ops.sum`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derived.ops import activations, arithmetic, linear, reductions, shaping, softmax
from derived.tensor import Tensor

_OPERATORS = {
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "mul": arithmetic.mul,
    "truediv": arithmetic.div,
    "pow": arithmetic.pow,
    "matmul": linear.matmul,
}
_METHODS = {
    "abs": activations.absolute,
    "amax": reductions.amax,
    "amin": reductions.amin,
    "clamp": arithmetic.clamp,
    "exp": arithmetic.exp,
    "flatten": shaping.flatten,
    "log": arithmetic.log,
    "log_softmax": softmax.log_softmax,
    "logsumexp": reductions.logsumexp,
    "mean": reductions.mean,
    "relu": activations.relu,
    "sigmoid": activations.sigmoid,
    "softmax": softmax.softmax,
    "sqrt": arithmetic.sqrt,
    "sum": reductions.sum,
    "tanh": activations.tanh,
    "transpose": shaping.transpose,
    "var": reductions.var,
}


def _of_several(op: Callable[[Tensor, Sequence[int]], Tensor]) -> Callable[..., Tensor]:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))``."""
    return lambda x, *n: op(x, n[0] if len(n) == 1 and isinstance(n[0], tuple | list) else n)


for _name, _op in _OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _op)
    setattr(Tensor, f"__r{_name}__", lambda x, y, op=_op: op(y, x))
for _name, _op in _METHODS.items():
    setattr(Tensor, _name, _op)
Tensor.__neg__ = lambda x: arithmetic.neg(x)
Tensor.__getitem__ = lambda x, index: shaping.getitem(x, index)
Tensor.__abs__ = lambda x: activations.absolute(x)
Tensor.reshape, Tensor.permute = _of_several(shaping.reshape), _of_several(shaping.permute)
Tensor.T = property(lambda x: shaping.permute(x, tuple(reversed(range(x.ndim)))), doc="Axes in reverse order.")
