"""The divergence of diagonal Gaussians against torch.distributions, the general formula, and finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes
from torch.distributions import Normal, kl_divergence

from derived.check import gradcheck
from derived.tensor import Tensor
from derived.topics.gaussian_kl import kl_diagonal
from derived.topics.information import kl_gaussian


def cases(shape, prior_shape, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(s) for s in (shape, shape, prior_shape, prior_shape)]


def theirs(mean, log_variance, prior_mean, prior_log_variance):
    p, q = Normal(mean, torch.exp(0.5 * log_variance)), Normal(prior_mean, torch.exp(0.5 * prior_log_variance))
    return kl_divergence(p, q).sum(-1)


@settings(max_examples=15)
@given(array_shapes(min_dims=1, max_dims=3, max_side=4))
def test_value_and_gradients_are_torchs(shape):
    for prior_shape in (shape, shape[-1:], (1,), ()):
        arrays = cases(shape, prior_shape)
        ours, twins = [Tensor(a, requires_grad=True) for a in arrays], [torch.tensor(a) for a in arrays]
        for t in twins:
            t.requires_grad_()
        value, reference = kl_diagonal(*ours), theirs(*twins)
        np.testing.assert_allclose(value.data, reference.detach(), atol=1e-12, rtol=1e-12)
        weights = np.random.default_rng(1).standard_normal(value.shape)
        value.backward(weights), reference.backward(torch.tensor(weights))
        for a, t in zip(ours, twins, strict=True):
            assert a.grad.shape == t.shape
            np.testing.assert_allclose(a.grad, t.grad, atol=1e-10)


def test_the_standard_normal_is_the_default_and_the_dtype_stays():
    mean, log_variance = (a.astype(np.float32) for a in cases((5, 2), (2,))[:2])
    value = kl_diagonal(mean, log_variance)
    reference = theirs(*map(torch.tensor, (mean, log_variance)), torch.zeros(2), torch.zeros(2))
    assert value.dtype == np.float32 and value.shape == (5,)
    np.testing.assert_allclose(value.data, reference, rtol=1e-5)
    assert gradcheck(kl_diagonal, *cases((3, 2), (2,)), rng=np.random.default_rng(2)) < 1e-6


def test_it_is_the_general_formula_with_diagonal_covariances():
    mean, log_variance, nu, rho = cases((4,), (4,))
    general = kl_gaussian(mean, np.diag(np.exp(log_variance)), nu, np.diag(np.exp(rho)))
    assert kl_diagonal(mean, log_variance, nu, rho).item() == pytest.approx(general)
    # the mutants: the prior's mean taken with the posterior's variance; standard deviations taken for variances
    assert kl_diagonal(nu, rho, mean, log_variance).item() != pytest.approx(general, rel=1e-3)
    assert kl_diagonal(mean, log_variance / 2, nu, rho / 2).item() != pytest.approx(general, rel=1e-3)


def test_no_cancellation_near_the_prior():
    tiny = np.full((1,), 1e-9)
    assert kl_diagonal(np.zeros(1), tiny).item() == pytest.approx(2.5e-19, rel=1e-5, abs=0)
    assert kl_diagonal(np.array([0, 0]), np.array([0, 0]), 0.5).item() == 0.25
    assert kl_diagonal(np.zeros(3), np.zeros(3)).item() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros(2), np.zeros(3)), r"mean has shape \(2,\), log_variance \(3,\)"),
        ((np.float64(0), np.float64(0)), r"mean has shape \(\)"),
        ((np.zeros((4, 2)), np.zeros((4, 2)), np.zeros(4)), r"prior_mean has shape \(4,\)"),
        ((np.zeros(2), np.zeros(2), 0.0, np.zeros((3, 2))), r"prior_log_variance has shape \(3, 2\)"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        kl_diagonal(*arguments)
