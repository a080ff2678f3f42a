"""A cell set by hand and the gates of a layer."""

import numpy as np
import pytest
from beside_torch import close, normal, rng
from scipy.special import expit

from derived import nn
from derived.topics import gate_traces


def test_the_gates_give_back_the_states():
    layer = nn.LSTM(2, 3, rng=rng(), dtype=np.float64)
    x = normal(5, 4, 2)
    h = layer(x)[0].data
    gates = gate_traces.gates_of(x, h, layer)
    c = np.zeros((4, 3))
    for t in range(5):
        c = gates["f"][t] * c + gates["i"][t] * gates["g"][t]
        close(gates["o"][t] * np.tanh(c), h[t])


@pytest.mark.parametrize("bias", [-1.0, 0.0, 3.0])
def test_between_pulses_the_cell_decays_with_the_forget_gate(bias):
    seen = gate_traces.trace(bias, "two pulses")
    close(seen["c"][10] / seen["c"][9], expit(bias), 1e-9)
    assert set(seen) == {"value", "reset", "h", "c", "i", "f", "g", "o"}
    assert abs(gate_traces.trace(bias, "pulse and reset")["c"][20]) < 1e-3
