"""The convolutional layer."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from derived import initialization, ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.ops.windows import Pair, pair
from derived.tensor import Tensor


class Conv2d(Module):
    r"""Cross-correlation with learnt kernels, :func:`derived.ops.conv2d`.

    Parameters
    ----------
    in_channels, out_channels : channels of the input, and number of kernels.
    kernel_size, stride, padding, dilation : integers or pairs (rows, columns).
    bias : whether each output channel has a bias.
    rng : source of the initial weights.
    init : initialiser of the weight or its name (:mod:`derived.initialization`). With the default ``"torch_default"``
        weight and bias are uniform on :math:`\pm1/\sqrt{n}`, :math:`n` the entries of a kernel, as in PyTorch; with
        any other the bias is 0.
    dtype : of the parameters.

    Attributes
    ----------
    weight : (out_channels, in_channels, kh, kw) parameter.
    bias : (out_channels,) parameter, or None.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int | Pair, stride: int | Pair = 1,
                 padding: int | Pair = 0, dilation: int | Pair = 1, bias: bool = True, *, rng: np.random.Generator,
                 init: str | Callable = "torch_default", dtype: type = np.float32) -> None:  # fmt: skip
        require(in_channels > 0 and out_channels > 0,
                "Conv2d: in_channels is {}, out_channels {}, expected positive", in_channels, out_channels)  # fmt: skip
        draw = initialization.by_name(init) if isinstance(init, str) else init
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = (
            pair("Conv2d", "kernel_size", kernel_size, 1), pair("Conv2d", "stride", stride, 1))  # fmt: skip
        self.padding, self.dilation = (
            pair("Conv2d", "padding", padding, 0), pair("Conv2d", "dilation", dilation, 1))  # fmt: skip
        self.weight = Parameter(draw((out_channels, in_channels, *self.kernel_size), rng, dtype))
        self.bias = None
        if bias and init == "torch_default":
            bound = 1 / np.sqrt(in_channels * prod(self.kernel_size))
            self.bias = Parameter(rng.uniform(-bound, bound, out_channels).astype(dtype))
        elif bias:
            self.bias = Parameter(np.zeros(out_channels, dtype))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, in_channels, H, W) to (N, out_channels, oh, ow)."""
        return ops.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation)

    def extra_repr(self) -> str:
        return (f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
                f"padding={self.padding}, dilation={self.dilation}, bias={self.bias is not None}")  # fmt: skip
