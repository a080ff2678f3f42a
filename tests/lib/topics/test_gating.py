"""Gates against their means, PyTorch's GELU and dropout's definition."""

import numpy as np
import pytest
import torch
from beside_torch import agree, mutants_fail, normal
from scipy.stats import norm

from derived import ops
from derived.tensor import Tensor
from derived.topics.gating import StochasticGate, normal_cdf


@pytest.mark.parametrize("shape", [(), (1,), (3, 4)])
def test_the_distribution_function(shape):
    agree(normal_cdf, torch.special.ndtr, normal(*shape))
    np.testing.assert_allclose(normal_cdf(normal(*shape)).data, norm.cdf(normal(*shape)))


def test_a_wrong_density_is_seen():
    mutants_fail(normal_cdf, normal(2, 3))


@pytest.mark.parametrize("shape", [(1,), (3, 4)])
def test_evaluation_gives_the_mean(shape):
    gelu, silu = (StochasticGate(phi, rng=np.random.default_rng(0)).eval() for phi in (normal_cdf, ops.sigmoid))
    agree(gelu, torch.nn.functional.gelu, normal(*shape))
    agree(silu, torch.nn.functional.silu, normal(*shape))
    drop = StochasticGate(0.3, rng=np.random.default_rng(0)).eval()
    np.testing.assert_allclose(drop(normal(*shape)).data, 0.3 * normal(*shape))


@pytest.mark.parametrize("phi", [0.3, normal_cdf, lambda x: ops.sigmoid(2 * x)])
def test_training_draws_it(phi):
    gate, x = StochasticGate(phi, rng=np.random.default_rng(0)), np.array([-1.2, -0.3, 0.4, 2.0])
    draws = gate(np.tile(x, (40_000, 1))).data
    assert np.isin(draws, [0, *x]).all()
    probability = phi(Tensor(x)).data if callable(phi) else np.full(4, phi)
    standard_error = np.abs(x) * np.sqrt(probability * (1 - probability) / 40_000)
    assert (np.abs(draws.mean(axis=0) - x * probability) < 4 * standard_error).all()
    assert (np.abs(draws.mean(axis=0) - x) > 0.01).all()  # what a gate that is always open would give


def test_the_backward_pass_takes_the_mask_as_given():
    gate, x = StochasticGate(normal_cdf, rng=np.random.default_rng(0)), Tensor(normal(50), requires_grad=True)
    y = gate(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data != 0)
    assert 0 < x.grad.mean() < 1


def test_dtype_and_bad_input():
    for phi in (0.5, normal_cdf):
        gate = StochasticGate(phi, rng=np.random.default_rng(0))
        assert gate(np.ones(3, np.float32)).dtype == gate.eval()(np.ones(3, np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match=r"phi gives 0.0 to 1.5, expected probabilities"):
        StochasticGate(1.5, rng=np.random.default_rng(0))(np.ones(2))
