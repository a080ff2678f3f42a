"""Gaussian attention against sums over kernels, and a projection that is learnt."""

import numpy as np
import pytest
from beside_torch import close, mutants_fail, normal, rng

from derived import ops
from derived.topics.soft_lookup import gaussian_attention, learn_projection


@pytest.mark.parametrize(("L", "S", "d", "dv"), [(3, 5, 4, 2), (1, 1, 1, 1), (2, 3, 1, 4)])
def test_weights_are_gaussians_of_the_distance(L, S, d, dv):
    q, k, v = normal(L, d), normal(S, d, seed=1), normal(S, dv, seed=2)
    kernel = np.exp(-0.7 / 2 * ((q[:, None] - k) ** 2).sum(axis=2))
    close(gaussian_attention(q, k, v, 0.7).data, kernel @ v / kernel.sum(axis=1, keepdims=True))


def test_own_key_is_not_asked():
    k, v = normal(4, 3), normal(4, 2, seed=1)
    rest = np.array([0, 1, 3])
    close(gaussian_attention(k[[2]], k, v, 2.0, own=[2]).data, gaussian_attention(k[[2]], k[rest], v[rest], 2.0).data)


def test_mutants():
    mutants_fail(lambda q, k, v: gaussian_attention(q, ops.mul(k, 1), v, 0.7), normal(3, 2), normal(4, 2), normal(4, 3))


def test_learnt_directions_are_those_that_tell_the_classes_apart():
    y = rng().integers(0, 2, 200)
    X = np.c_[rng(1).standard_normal((200, 3)) * 0.3, 0.5 * y + 0.05 * rng(2).standard_normal(200)]
    W = learn_projection(X, y, 1, rng(), steps=100).weight.data[0]
    assert abs(W[3]) > 3 * np.abs(W[:3]).max()
    with pytest.raises(ValueError, match="scale is 0"):
        gaussian_attention(X, X, X, 0)
