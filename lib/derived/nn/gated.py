"""Layers and cells with gates: the long short-term memory and the gated recurrent unit."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.nn.recurrent import Array, Recurrent
from derived.tensor import Tensor

__all__ = ["GRU", "LSTM", "GRUCell", "LSTMCell"]


class LSTM(Recurrent):
    r"""Long short-term memory layers, :func:`derived.ops.lstm`: :math:`c_t=f\odot c_{t-1}+i\odot g` behind gates.

    ``output, (h_n, c_n) = lstm(x, (h_0, c_0))``. Parameters and attributes are those of :class:`Recurrent`; the rows
    of the weights are those of i, f, g, o, as in PyTorch.
    """

    gates = 4
    states = 2

    def sequence(self, x: Array, states: tuple[Array, ...], *weights: Parameter | None) -> tuple[Tensor, tuple]:
        """All :math:`h_t`, and the last h and c."""
        value = ops.lstm(x, *states, *weights)
        outputs = value[0]
        return outputs, (outputs[-1], value[1, -1])


class GRU(Recurrent):
    r"""Gated recurrent unit layers, :func:`derived.ops.gru`: :math:`h_t=(1-z)\odot n+z\odot h_{t-1}`.

    ``output, h_n = gru(x, h_0)``. Parameters and attributes are those of :class:`Recurrent`; the rows of the weights
    are those of r, z, n, as in PyTorch.
    """

    gates = 3

    def sequence(self, x: Array, states: tuple[Array, ...], *weights: Parameter | None) -> tuple[Tensor, tuple]:
        """All :math:`h_t`, and the last one."""
        outputs = ops.gru(x, *states, *weights)
        return outputs, (outputs[-1],)


class _Cell(Module):
    """One step of a layer, with its parameters but without ``_l0`` in their names."""

    layer: type[Recurrent]

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, rng: np.random.Generator,
                 dtype: type = np.float32) -> None:  # fmt: skip
        layer = self.layer(input_size, hidden_size, bias=bias, rng=rng, dtype=dtype)
        self.input_size, self.hidden_size = input_size, hidden_size
        self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh = layer.weights()

    def _weights(self) -> tuple[Parameter | None, ...]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def _rows(self, input: Array) -> tuple[Array, bool]:
        """The input as a batch, and whether it was a single vector."""
        require(len(input.shape) in (1, 2), "{}: input has shape {}, expected (N, {}) or ({},)",
                type(self).__name__, input.shape, self.input_size, self.input_size)  # fmt: skip
        single = len(input.shape) == 1
        return (input[None] if single else input), single

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, bias={self.bias_ih is not None}"


class LSTMCell(_Cell):
    """One step of :class:`LSTM`, for loops of one's own.

    Parameters
    ----------
    input_size, hidden_size, bias, rng, dtype : as those of :class:`LSTM`.

    Attributes
    ----------
    weight_ih, weight_hh, bias_ih, bias_hh : parameters; rows in the order i, f, g, o.
    """

    layer = LSTM

    def forward(self, input: Array, hx: tuple[Array, Array] | None = None) -> tuple[Tensor, Tensor]:
        """(N, input_size) and states (h, c), each (N, hidden_size), to the next (h, c); all may be without N."""
        x, single = self._rows(input)
        h, c = (None, None) if hx is None else (s[None] if single else s for s in hx)
        value = ops.lstm(x[None], h, c, *self._weights())
        return (value[0, 0, 0], value[1, 0, 0]) if single else (value[0, 0], value[1, 0])


class GRUCell(_Cell):
    """One step of :class:`GRU`, for loops of one's own.

    Parameters
    ----------
    input_size, hidden_size, bias, rng, dtype : as those of :class:`GRU`.

    Attributes
    ----------
    weight_ih, weight_hh, bias_ih, bias_hh : parameters; rows in the order r, z, n.
    """

    layer = GRU

    def forward(self, input: Array, hx: Array | None = None) -> Tensor:
        """(N, input_size) and (N, hidden_size), or both without N, to the next state; ``hx`` None for zeros."""
        x, single = self._rows(input)
        h = hx[None] if single and hx is not None else hx
        value = ops.gru(x[None], h, *self._weights())
        return value[0, 0] if single else value[0]
