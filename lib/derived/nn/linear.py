"""The affine layer, and two modules without parameters that often stand beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import initialization, ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor


class Linear(Module):
    r"""Affine map of each row, :math:`Z = XW^\top + b`.

    Parameters
    ----------
    in_features, out_features : number of columns of ``X`` and ``Z``.
    bias : whether there is a :math:`b`.
    rng : source of the initial weights.
    init : initialiser of the weight or its name (:mod:`derived.initialization`). With the default ``"torch_default"``
        weight and bias are uniform on :math:`\pm1/\sqrt{\text{in\_features}}`, as in PyTorch; with any other the bias
        is 0.
    dtype : of the parameters.

    Attributes
    ----------
    weight : (out_features, in_features) parameter.
    bias : (out_features,) parameter, or None.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, rng: np.random.Generator,
                 init: str | Callable = "torch_default", dtype: type = np.float32) -> None:  # fmt: skip
        require(in_features > 0 and out_features > 0,
                "Linear: in_features is {}, out_features {}, expected positive", in_features, out_features)  # fmt: skip
        draw = initialization.by_name(init) if isinstance(init, str) else init
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(draw((out_features, in_features), rng, dtype))
        self.bias = None
        if bias and init == "torch_default":
            bound = 1 / np.sqrt(in_features)
            self.bias = Parameter(rng.uniform(-bound, bound, out_features).astype(dtype))
        elif bias:
            self.bias = Parameter(np.zeros(out_features, dtype))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(..., in_features) to (..., out_features)."""
        return ops.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Flatten(Module):
    """All axes but the first as one: (N, …) to (N, features)."""

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return ops.flatten(x, start_dim=1)


class Identity(Module):
    """Gives back what it gets."""

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return x if isinstance(x, Tensor) else Tensor(x)
