"""LSTM and GRU over sequences beside PyTorch's modules."""

import numpy as np
import pytest
import torch
from beside_torch import agree, mutants_fail, normal
from hypothesis import given, settings
from hypothesis import strategies as st

from derived import ops
from derived.ops.gated import gru, lstm

sizes = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))


def arrays(kind, T, N, I, H, bias=True):
    gates, states = {"lstm": (4, 2), "gru": (3, 1)}[kind]
    shapes = [(T, N, I), *[(N, H)] * states, (gates * H, I), (gates * H, H), *[(gates * H,)] * (2 if bias else 0)]
    return [normal(*shape, seed=k) for k, shape in enumerate(shapes)]


def torch_lstm(x, h0, c0, *weights):
    """All h and all c: torch returns only the last c, so it is called step by step through its kernel."""
    hs, cs, h, c = [], [], h0[None], c0[None]
    for x_t in x:
        out, h, c = torch.lstm(x_t[None], (h, c), weights, len(weights) == 4, 1, 0.0, False, False, False)
        hs.append(out[0]), cs.append(c[0])
    return torch.stack([torch.stack(hs), torch.stack(cs)])


def torch_gru(x, h0, *weights):
    return torch.gru(x, h0[None], weights, len(weights) == 4, 1, 0.0, False, False, False)[0]


@settings(max_examples=15)
@given(sizes, st.booleans())
def test_lstm_of_any_shape(size, bias):
    agree(ops.lstm, torch_lstm, *arrays("lstm", *size, bias=bias))


@settings(max_examples=15)
@given(sizes, st.booleans())
def test_gru_of_any_shape(size, bias):
    agree(ops.gru, torch_gru, *arrays("gru", *size, bias=bias))


@pytest.mark.parametrize(("kind", "f"), [("lstm", ops.lstm), ("gru", ops.gru)])
def test_a_wrong_pullback_is_noticed(kind, f):
    mutants_fail(f, *arrays(kind, 3, 2, 2, 2))


@pytest.mark.parametrize(("kind", "rule"), [("lstm", lstm.rule), ("gru", gru.rule)])
def test_a_long_sequence_with_saturated_gates_stays_finite(kind, rule):
    big = [100 * a.astype(np.float32) for a in arrays(kind, 200, 2, 2, 3)]
    with np.errstate(all="raise", under="ignore"):
        value, *pulls = rule(*big)
        assert all(np.isfinite(pull(np.ones_like(value))).all() for pull in pulls)


@pytest.mark.parametrize(("kind", "f"), [("lstm", ops.lstm), ("gru", ops.gru)])
@pytest.mark.parametrize(
    ("which", "shape", "message"),
    [
        ("x", (0, 2, 3), r"x has shape \(0, 2, 3\), expected"),
        ("x", (4, 2), r"x has shape \(4, 2\)"),
        ("x", (4, 2, 5), r"weight_ih has shape"),
        ("h0", (1, 2), r"h0 has shape \(1, 2\), expected .* \(2, 2\)"),
        ("weight_hh", (7, 2), r"weight_hh has shape \(7, 2\), expected"),
        ("bias_hh", (3,), r"bias_hh has shape \(3,\), expected"),
    ],
)
def test_wrong_shapes_are_named(kind, f, which, shape, message):
    names = ["x", "h0", *(["c0"] if kind == "lstm" else []), "weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    arguments = dict(zip(names, arrays(kind, 4, 2, 3, 2), strict=True))
    arguments[which] = np.zeros(shape)
    with pytest.raises(ValueError, match=f"{kind}: {message}"):
        f(**arguments)


def test_the_shape_of_the_cell_is_checked_and_missing_states_are_zeros():
    x, h0, c0, *weights = arrays("lstm", 4, 2, 3, 2)
    with pytest.raises(ValueError, match=r"lstm: c0 has shape \(3, 2\), expected"):
        ops.lstm(x, h0, np.zeros((3, 2)), *weights)
    zeros = np.zeros((2, 2))
    np.testing.assert_array_equal(ops.lstm(x, None, None, *weights).data, ops.lstm(x, zeros, zeros, *weights).data)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_integers_are_read_as_numbers(kind):
    x, *rest = arrays(kind, 3, 2, 2, 3)
    integers, op = np.arange(12).reshape(3, 2, 2), getattr(ops, kind)
    np.testing.assert_allclose(op(integers, *rest).data, op(integers.astype(float), *rest).data)
    assert op(np.empty((2, 1, 0)), *[r[:1] for r in rest[: 2 if kind == "lstm" else 1]],
              rest[2 if kind == "lstm" else 1][:, :0], *rest[3 if kind == "lstm" else 2 :]).shape[-1] == 3
