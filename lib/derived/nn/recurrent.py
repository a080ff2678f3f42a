"""Recurrent layers: one or two directions, one or several layers, around a primitive that runs over the sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from derived import ops
from derived.arguments import one_of, require
from derived.nn.module import Module, Parameter
from derived.ops.recurrence import NONLINEARITIES
from derived.tensor import Tensor

__all__ = ["RNN", "RNNCell", "Recurrent"]

Array = Tensor | np.ndarray


class Recurrent(Module):
    r"""What recurrent layers have in common: weights, stacking, directions and the handling of states.

    A subclass says how many blocks of rows its weights have (``gates``) and how many states it carries (``states``),
    and defines :meth:`sequence`. Each weight and bias is uniform on :math:`\pm1/\sqrt{\text{hidden\_size}}`.

    Parameters
    ----------
    input_size, hidden_size : numbers of inputs and of state units.
    num_layers : layers; the outputs of each are the inputs of the next.
    bias : whether there are biases.
    batch_first : whether inputs and outputs are (N, T, ...) instead of (T, N, ...); states are not affected.
    dropout : drop probability of the outputs of every layer but the last, in training.
    bidirectional : whether a second set of weights goes through the sequence from its end.
    rng : source of the initial weights and of the masks of the dropout.
    dtype : of the parameters.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : parameters of the first layer, and so on with ``_l1``, …;
        those of the backward direction end in ``_reverse``. Names, shapes and order are PyTorch's.
    """

    gates = 1
    states = 1

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, *,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        name = type(self).__name__
        require(min(input_size, hidden_size, num_layers) > 0,
                "{}: input_size is {}, hidden_size {}, num_layers {}, expected positive",
                name, input_size, hidden_size, num_layers)  # fmt: skip
        require(0 <= dropout < 1, "{}: dropout is {}, expected a drop probability with 0 <= p < 1", name, dropout)
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional, self.rng = batch_first, dropout, bidirectional, rng
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else hidden_size * self.directions
            for suffix in self._suffixes(layer):
                self._draw(suffix, inputs, dtype)

    @property
    def directions(self) -> int:
        """2 for a bidirectional layer, else 1."""
        return 2 if self.bidirectional else 1

    def _suffixes(self, layer: int) -> list[str]:
        return [f"_l{layer}", f"_l{layer}_reverse"][: self.directions]

    def _draw(self, suffix: str, inputs: int, dtype: type) -> None:
        bound, rows = 1 / np.sqrt(self.hidden_size), self.gates * self.hidden_size
        shapes = {"weight_ih": (rows, inputs), "weight_hh": (rows, self.hidden_size)}
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        for name, shape in shapes.items():
            setattr(self, name + suffix, Parameter(self.rng.uniform(-bound, bound, shape).astype(dtype)))

    def weights(self, layer: int = 0, reverse: bool = False) -> list[Parameter | None]:
        """``weight_ih, weight_hh, bias_ih, bias_hh`` of one layer and direction; None for biases that are absent."""
        suffix = f"_l{layer}" + ("_reverse" if reverse else "")
        return [getattr(self, name + suffix, None) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]

    def sequence(self, x: Array, states: tuple[Array, ...], *weights: Parameter | None) -> tuple[Tensor, tuple]:
        """Run over ``x`` (T, N, inputs) from ``states``, each (N, hidden_size), with one set of weights.

        Returns
        -------
        The outputs (T, N, hidden_size), and a tuple of the last states, each (N, hidden_size).
        """
        raise NotImplementedError(f"{type(self).__name__} does not define sequence")

    def forward(self, input: Array, hx: Any = None) -> tuple[Tensor, Any]:
        """Outputs of the last layer at every step, and the last state of every layer and direction.

        Parameters
        ----------
        input : (T, N, input_size), or (N, T, input_size) with ``batch_first``, or one sequence (T, input_size).
        hx : first state (num_layers · directions, N, hidden_size), without N for one sequence; a tuple of them if the
            layer carries several; None for zeros.

        Returns
        -------
        output : (T, N, directions · hidden_size), or with N first, or without N.
        h_n : shaped as ``hx``; a tuple if the layer carries several states.
        """
        x = input if isinstance(input, Tensor) else Tensor(input)
        require(x.ndim in (2, 3) and x.shape[-1] == self.input_size,
                "{}: input has shape {}, expected (T, N, {}) or (T, {})",
                type(self).__name__, x.shape, self.input_size, self.input_size)  # fmt: skip
        single = x.ndim == 2
        if single:
            x = x[:, None]
        elif self.batch_first:
            x = x.transpose(0, 1)
        first, last = self._first_states(hx, x, single), []
        for layer in range(self.num_layers):
            x, ends = self._layer(layer, x, first)
            last += ends
            if self.dropout and self.training and layer + 1 < self.num_layers:
                x = ops.dropout(x, self.dropout, rng=self.rng)
        final = tuple(ops.stack(list(states)) for states in zip(*last, strict=True))
        if single:
            x, final = x[:, 0], tuple(s[:, 0] for s in final)
        elif self.batch_first:
            x = x.transpose(0, 1)
        return x, final if self.states > 1 else final[0]

    def _layer(self, layer: int, x: Tensor, first: list[tuple]) -> tuple[Tensor, list[tuple]]:
        """One layer in all its directions; the backward one reads, and writes, from the end."""
        outputs, ends = [], []
        for direction in range(self.directions):
            weights = self.weights(layer, reverse=bool(direction))
            inputs = ops.flip(x, 0) if direction else x
            output, end = self.sequence(inputs, first[layer * self.directions + direction], *weights)
            outputs.append(ops.flip(output, 0) if direction else output)
            ends.append(end)
        return (ops.cat(outputs, dim=-1) if self.bidirectional else outputs[0]), ends

    def _first_states(self, hx: Any, x: Tensor, single: bool) -> list[tuple]:
        """The first states of every layer and direction, each a tuple of (N, hidden_size)."""
        rows = self.num_layers * self.directions
        if hx is None:
            zeros = np.zeros((x.shape[1], self.hidden_size), x.dtype)
            return [(zeros,) * self.states] * rows
        given = tuple(hx) if self.states > 1 else (hx,)
        expected = (rows, self.hidden_size) if single else (rows, x.shape[1], self.hidden_size)
        for state in given:
            require(state.shape == expected, "{}: a first state has shape {}, expected {}",
                    type(self).__name__, state.shape, expected)  # fmt: skip
        index = (slice(None), None) if single else slice(None)
        return [tuple(s[index][k] for s in given) for k in range(rows)]

    def extra_repr(self) -> str:
        return (f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}, "
                f"batch_first={self.batch_first}, dropout={self.dropout}, "
                f"bidirectional={self.bidirectional}")  # fmt: skip


class RNN(Recurrent):
    r"""Simple recurrent layers, :math:`h_t=\phi(W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh})`, :func:`derived.ops.rnn`.

    Parameters
    ----------
    nonlinearity : "tanh" or "relu" as in PyTorch, or "sigmoid" or "identity"; the others, and the attributes, are those
        of :class:`Recurrent`.

    Returns
    -------
    ``output, h_n = rnn(x, h_0)``
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
                 bias: bool = True, batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, *,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        self.nonlinearity = one_of("RNN", "nonlinearity", nonlinearity, NONLINEARITIES)
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
                         rng=rng, dtype=dtype)  # fmt: skip

    def sequence(self, x: Array, states: tuple[Array, ...], *weights: Parameter | None) -> tuple[Tensor, tuple]:
        """All states, and the last one."""
        outputs = ops.rnn(x, *states, *weights, self.nonlinearity)
        return outputs, (outputs[-1],)

    def extra_repr(self) -> str:
        return super().extra_repr() + f", nonlinearity={self.nonlinearity!r}"


class RNNCell(Module):
    r"""One step :math:`h'=\phi(W_{ih}x+b_{ih}+W_{hh}h+b_{hh})` of a simple recurrent network, for loops of one's own.

    Parameters
    ----------
    input_size, hidden_size, bias, nonlinearity, rng, dtype : as those of :class:`RNN`.

    Attributes
    ----------
    weight_ih, weight_hh, bias_ih, bias_hh : parameters.
    """

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh", *,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        layer = RNN(input_size, hidden_size, 1, nonlinearity, bias, rng=rng, dtype=dtype)
        self.input_size, self.hidden_size, self.nonlinearity = input_size, hidden_size, nonlinearity
        self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh = layer.weights()

    def forward(self, input: Array, hx: Array | None = None) -> Tensor:
        """(N, input_size) and (N, hidden_size), or both without N, to the next state; ``hx`` None for zeros."""
        x = input if isinstance(input, Tensor) else Tensor(input)
        single = x.ndim == 1
        if single:
            x, hx = x[None], None if hx is None else hx[None]
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        h = ops.rnn(x[None], hx, *weights, self.nonlinearity)[0]
        return h[0] if single else h

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, nonlinearity={self.nonlinearity!r}"
