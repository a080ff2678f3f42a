"""Masks enumerated, weighted and applied, against loops and the binomial distribution."""

import itertools

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import binom

from derived import nn
from derived.topics import subnetworks
from derived.topics.subnetworks import FrozenDropout


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_all_masks(n):
    masks = subnetworks.all_masks(n)
    assert {tuple(m.tolist()) for m in masks} == set(itertools.product([False, True], repeat=n))
    assert masks.shape == (2**n, n) and masks.dtype == bool


@pytest.mark.parametrize("keep", [0.0, 0.3, 1.0])
def test_probabilities_of_masks(keep):
    masks = subnetworks.all_masks(6)
    probabilities = subnetworks.mask_probabilities(masks, keep)
    kept = [probabilities[masks.sum(axis=1) == k].sum() for k in range(7)]
    np.testing.assert_allclose(kept, binom.pmf(range(7), 6, keep), atol=1e-14)


def test_units_with_their_own_probability():
    q = np.array([0.2, 0.9, 1.0])
    probabilities = subnetworks.mask_probabilities(subnetworks.all_masks(3), q)
    np.testing.assert_allclose(probabilities @ subnetworks.all_masks(3), q)
    with pytest.raises(ValueError, match="expected probabilities"):
        subnetworks.mask_probabilities(subnetworks.all_masks(2), 1.2)


@pytest.mark.parametrize(("N", "n", "M"), [(1, 1, 1), (4, 3, 2)])
def test_masked_logits(N, n, M):
    head, a = nn.Linear(n, M, rng=rng(), dtype=np.float64), rng().standard_normal((N, n))
    masks = subnetworks.all_masks(n)
    ours = subnetworks.masked_logits(head, a, masks, 2.0)
    for mask, z in zip(masks, ours, strict=True):
        np.testing.assert_allclose(z, (mask * a * 2) @ head.weight.data.T + head.bias.data)
    plain = subnetworks.masked_logits(lambda h: h @ head.weight.data.T + head.bias.data, a, masks, 2.0)
    np.testing.assert_allclose(ours, plain)
    with pytest.raises(ValueError, match=r"masks have shape \(2, 9\)"):
        subnetworks.masked_logits(head, a, np.ones((2, 9), bool))


def test_leave_one_out():
    masks = subnetworks.leave_one_out(4)
    assert (masks.sum(axis=1) == 3).all() and (masks.sum(axis=0) == 3).all()
    with pytest.raises(ValueError, match="n is 21"):
        subnetworks.all_masks(21)


def test_sampled_predictions_keep_the_modes():
    net = nn.MLP([3, 8, 2], rng=rng(), dropout=0.5).eval()
    net[1].training = True
    before = [m.training for m in net.modules()]
    P = subnetworks.sampled_predictions(net, rng().standard_normal((5, 3)).astype(np.float32), 6)
    assert P.shape == (6, 5, 2) and np.allclose(P.sum(axis=2), 1) and np.ptp(P, axis=0).max() > 0.01
    assert [m.training for m in net.modules()] == before
    np.testing.assert_allclose(subnetworks.softmax(np.array([[1.0, 2.0]])), softmax([[1.0, 2.0]], axis=1))


@pytest.mark.parametrize("rows", [True, False])
def test_the_bug_is_one(rows):
    buggy, x = FrozenDropout(0.5, 3, rows), np.ones((6, 20))
    first = buggy(x).data
    np.testing.assert_array_equal(buggy(x).data, first)
    assert (np.ptp(first, axis=0).max() > 0) == rows
    np.testing.assert_array_equal(first, np.broadcast_to(2.0 * buggy.mask(x.shape), x.shape))
    np.testing.assert_array_equal(buggy.eval()(x).data, x)
