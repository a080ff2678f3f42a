"""What the gates of an LSTM do on a sequence: a cell with weights set by hand, and the gates of any layer."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from derived import nn, ops

PULSES = {
    "two pulses": ({3: 1.0, 20: -1.0}, {}),
    "pulse and reset": ({3: 1.0}, {20: 1.0}),
}


def gates_of(x: np.ndarray, h: np.ndarray, layer: nn.LSTM) -> dict[str, np.ndarray]:
    """The gates i, f, o and the candidate g of the first layer, each (T, N, hidden), given its inputs and states.

    Parameters
    ----------
    x : (T, N, in) inputs.
    h : (T, N, hidden) states after each step; before the first it was 0.
    """
    W_ih, W_hh, *biases = (p.data for p in layer.weights() if p is not None)
    before = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    a = x @ W_ih.T + before @ W_hh.T + sum(biases)
    i, f, g, o = np.split(a, 4, axis=-1)
    return {"i": expit(i), "f": expit(f), "g": np.tanh(g), "o": expit(o)}


def hand_set_cell(forget_bias: float) -> nn.LSTM:
    """One unit: its input gate opens while the first input is not 0 (the second tells so), a third input resets it.

    Inputs are a value, 1 while there is one, and 1 for a reset.
    """
    layer = nn.LSTM(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    for p in layer.parameters():
        p.data[...] = 0
    layer.weight_ih_l0.data[:] = [[0, 12, 0], [0, 0, -12], [2, 0, 0], [0, 0, 0]]
    layer.bias_ih_l0.data[:] = [-6, forget_bias, 0, 4]
    return layer


def trace(forget_bias: float, pulses: str, length: int = 40) -> dict[str, np.ndarray]:
    """Inputs, gates, cell and output of :func:`hand_set_cell`, each (T,), on one of the inputs in ``PULSES``."""
    values, resets = PULSES[pulses]
    x = np.zeros((length, 1, 3))
    for t, v in values.items():
        x[t, 0, :2] = v, 1
    for t, v in resets.items():
        x[t, 0, 2] = v
    layer = hand_set_cell(forget_bias)
    h, c = ops.lstm.rule(x, None, None, *(p.data for p in layer.weights()))[0]
    found = {"value": x[..., 0], "reset": x[..., 2], "h": h, "c": c} | gates_of(x, h, layer)
    return {name: array.reshape(length) for name, array in found.items()}
