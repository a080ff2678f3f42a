"""Threshold units against PyTorch, truth tables and a formula; the circulating mistakes are told apart."""

import re
from itertools import product

import numpy as np
import pytest
import torch

from derived.topics.neurons import (
    BooleanNetwork,
    boolean_inputs,
    dnf_value,
    heaviside,
    mcp_neuron,
    mcp_to_dnf,
    neuron,
    sign_unit,
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("shape", [(), (1,), (4, 1, 3)])
def test_heaviside_fires_at_zero_and_keeps_shape_and_dtype(dtype, shape):
    z = np.round(2 * np.random.default_rng(0).standard_normal(shape)).astype(dtype)
    ours = heaviside(z)
    assert ours.dtype == dtype and ours.shape == shape
    expected = torch.heaviside(torch.tensor(z), torch.ones((), dtype=torch.tensor(z).dtype))
    assert np.array_equal(ours, expected.numpy())
    assert np.array_equal(sign_unit(z), np.where(z >= 0, 1, -1))


def test_sign_unit_differs_from_numpys_at_zero_and_infinity_is_decided():
    assert sign_unit(np.zeros(1))[0] == 1 and np.sign(0.0) == 0
    assert heaviside(np.array([-np.inf, np.inf])).tolist() == [0, 1]


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("batch", [(), (1,), (3, 2)])
def test_neuron_is_linear_then_activation(n, batch):
    rng = np.random.default_rng(n)
    x, w, b = rng.standard_normal((*batch, n)), rng.standard_normal(n), rng.standard_normal()
    bias = torch.from_numpy(np.array([b]))
    expected = torch.tanh(torch.nn.functional.linear(torch.tensor(x), torch.tensor(w[None]), bias))[..., 0].numpy()
    assert np.allclose(neuron(x, w, b, np.tanh), expected, atol=1e-12)
    assert not np.allclose(neuron(x, w, -b, np.tanh), expected, atol=1e-3)


def test_boolean_inputs_count():
    assert boolean_inputs(1).tolist() == [[0], [1]]
    assert (boolean_inputs(4) @ [8, 4, 2, 1]).tolist() == list(range(16))
    assert np.array_equal(boolean_inputs(3, low=-1), 2 * boolean_inputs(3) - 1)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_disjunctive_normal_form_is_the_unit(n):
    x = boolean_inputs(n)
    for sigma in product((-1, 1), repeat=n):
        for theta in range(-n - 1, n + 2):
            terms = mcp_to_dnf(np.array(sigma), theta)
            expected = [sum(s * v for s, v in zip(sigma, row, strict=True)) >= theta for row in x.tolist()]
            assert [dnf_value(terms, row) for row in x] == expected
            assert len(terms) == sum(expected) == len(set(terms))


def test_normal_form_needs_its_negated_literals():
    terms = mcp_to_dnf(np.array([1, -1]), 1)
    without = [int(any(all(row[i] for i in term) for term in terms)) for row in boolean_inputs(2)]
    assert terms == [frozenset({0})] and without != mcp_neuron(boolean_inputs(2), [1, -1], 1).tolist()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_network_computes_every_function(n):
    x = boolean_inputs(n, low=-1)
    for table in product((0, 1), repeat=2**n):
        assert BooleanNetwork(table)(x).tolist() == list(table)


def test_exactly_one_hidden_unit_fires_and_none_with_the_strict_threshold():
    network, x = BooleanNetwork([0, 1, 1, 0]), boolean_inputs(2, low=-1)
    assert np.array_equal(network.hidden(x), np.eye(4))
    assert not (x @ network.W.T + network.b > 0).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heaviside([0.0, np.nan]), "heaviside: z has NaN"),
        (lambda: neuron(np.ones((2, 3)), np.ones(2)), "neuron: x has shape (2, 3), w (2,)"),
        (lambda: boolean_inputs(0), "boolean_inputs: n is 0"),
        (lambda: mcp_neuron([[2, 0]], [1, 1], 1), "mcp_neuron: x has other values"),
        (lambda: mcp_neuron([[1, 0]], [1, 0], 1), "mcp_neuron: sigma is [1 0], expected -1 and +1"),
        (lambda: BooleanNetwork([0, 1, 1]), "BooleanNetwork: table has shape (3,)"),
        (lambda: BooleanNetwork([1]), "BooleanNetwork: table has shape (1,)"),
        (lambda: BooleanNetwork([0, -1]), "BooleanNetwork: table has other values"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
