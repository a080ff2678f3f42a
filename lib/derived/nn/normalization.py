"""Normalisation as modules: batch and layer normalisation, and weight normalisation around another module."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor


class _BatchNorm(Module):
    """What batch normalisation of rows and of images share; see :class:`BatchNorm1d`."""

    _dims: tuple[int, ...] = ()

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
                 track_running_stats: bool = True, *, dtype: type = np.float32) -> None:  # fmt: skip
        require(num_features > 0, "BatchNorm: num_features is {}, expected at least 1", num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine else None
        track = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, dtype) if track else None)
        self.register_buffer("running_var", np.ones(num_features, dtype) if track else None)
        self.register_buffer("num_batches_tracked", np.array(0) if track else None)

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        require(len(x.shape) in self._dims, "{}: x has shape {}, expected {} axes",
                type(self).__name__, x.shape, " or ".join(map(str, self._dims)))  # fmt: skip
        momentum = self.momentum
        if self.training and self.running_mean is not None:
            self.num_batches_tracked += 1
            if momentum is None:
                momentum = 1 / int(self.num_batches_tracked)
        return ops.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias,
                              self.training or self.running_mean is None, momentum, self.eps)  # fmt: skip

    def extra_repr(self) -> str:
        return (f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.weight is not None}, "
                f"track_running_stats={self.running_mean is not None}")  # fmt: skip


class BatchNorm1d(_BatchNorm):
    r"""Batch normalisation of (N, C) or (N, C, L): :func:`derived.ops.batch_norm` with parameters and statistics.

    In training mode each batch is normalised by its own statistics, and the running ones follow; in evaluation mode
    the running ones are used, so that an example's output does not depend on its neighbours.

    Parameters
    ----------
    num_features : C, the number of channels (of columns, for a batch of rows).
    eps : added to the variance.
    momentum : weight of the newest batch in the running statistics; None makes them plain averages over all batches.
    affine : whether there are :math:`\gamma` and :math:`\beta`.
    track_running_stats : False uses the statistics of the batch always.
    dtype : of the parameters and running statistics.

    Attributes
    ----------
    weight, bias : (C,) parameters :math:`\gamma` and :math:`\beta`, 1 and 0 at the start; or None.
    running_mean, running_var, num_batches_tracked : buffers, (C,), (C,) and (); 0, 1 and 0 at the start; or None. The
        variances are unbiased, as in PyTorch.
    """

    _dims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (N, C, H, W), each channel over examples and places; as :class:`BatchNorm1d`."""

    _dims = (4,)


class LayerNorm(Module):
    r""":func:`derived.ops.layer_norm` with its parameters; the same in training and in evaluation.

    Parameters
    ----------
    normalized_shape : lengths of the last axes, over which each example is normalised; an integer or several.
    eps : added to the variance.
    elementwise_affine : whether there are :math:`\gamma` and :math:`\beta`.
    bias : whether there is :math:`\beta`.
    dtype : of the parameters.

    Attributes
    ----------
    weight, bias : parameters :math:`\gamma` and :math:`\beta` of that shape, 1 and 0 at the start; or None.
    """

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
                 bias: bool = True, *, dtype: type = np.float32) -> None:  # fmt: skip
        self.normalized_shape = tuple(int(n) for n in np.atleast_1d(normalized_shape))
        require(all(n > 0 for n in self.normalized_shape),
                "LayerNorm: normalized_shape is {}, expected positive", normalized_shape)  # fmt: skip
        self.eps = eps
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        return ops.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class WeightNorm(Module):
    r"""A module whose weight is :math:`w=g\,v/\|v\|`, see :func:`derived.ops.weight_norm`; w is what it was before.

    Parameters
    ----------
    module : such as :class:`Linear`; it loses its parameter ``name``, which is computed anew in each call.
    name : of the parameter.
    dim : the axis that counts the vectors; None for one vector.

    Attributes
    ----------
    weight_g, weight_v : parameters :math:`g` and :math:`v` (for a ``name`` other than "weight", too).
    """

    def __init__(self, module: Module, name: str = "weight", dim: int | None = 0) -> None:
        v = vars(module).pop(name, None)
        require(isinstance(v, Parameter), "WeightNorm: {} has no parameter {}", type(module).__name__, name)
        axes = tuple(k for k in range(v.ndim) if dim is None or k != dim % v.ndim)
        self.weight_g = Parameter(np.sqrt(np.sum(v.data**2, axis=axes, keepdims=True)))
        self.weight_v = v
        self.module, self.name, self.dim = module, name, dim

    @property
    def weight(self) -> Tensor:
        """The weight that the module is called with."""
        return ops.weight_norm(self.weight_v, self.weight_g, self.dim)

    def forward(self, *inputs: Tensor | np.ndarray) -> Tensor:
        """The module's value with this weight."""
        setattr(self.module, self.name, self.weight)
        try:
            return self.module(*inputs)
        finally:
            delattr(self.module, self.name)
