"""The loss of a student and its limits against PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close
from scipy.special import softmax
from torch.nn import functional as F

from derived.tensor import Tensor
from derived.topics import distillation


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("N", "M"), [(1, 1), (1, 4), (5, 2), (4, 6)])
@pytest.mark.parametrize(("T", "alpha"), [(1.0, 0.0), (3.0, 0.1), (0.7, 1.0)])
def test_the_loss(N, M, T, alpha):
    z, v = rng().standard_normal((2, N, M))
    y = rng().integers(0, M, N)

    def theirs(t):
        soft = F.kl_div(F.log_softmax(t / T, 1), F.log_softmax(torch.tensor(v) / T, 1), reduction="batchmean",
                        log_target=True)  # fmt: skip
        entropy = -(F.softmax(torch.tensor(v) / T, 1) * F.log_softmax(torch.tensor(v) / T, 1)).sum(1).mean()
        return alpha * F.cross_entropy(t, torch.tensor(y)) + (1 - alpha) * T * T * (soft + entropy)

    agree(lambda x: distillation.distillation_loss(x, y, v, T, alpha), theirs, z)


def test_softening():
    v = np.array([[1.0, 3.0, 0.0]])
    close(distillation.soften(v, 2.0), softmax(v / 2, axis=1))
    close(distillation.soften(v, 1e6), np.full((1, 3), 1 / 3), 1e-5)
    close(distillation.soften(v, 1e-2), [[0, 1, 0]], 1e-10)


def test_the_limit_of_the_gradient():
    z, v = rng().standard_normal((2, 3, 5))
    for T in (1e3, 1e4):
        t = Tensor(z, requires_grad=True)
        distillation.distillation_loss(t, np.zeros(3, int), v, T, 0.0).backward()
        assert np.abs(3 * t.grad - distillation.logit_matching(z, v)).max() < 5 / T
    close(distillation.logit_matching(z, v).sum(axis=1), np.zeros(3))


def test_bad_arguments_are_named():
    z, y = Tensor(np.zeros((2, 3))), np.zeros(2, int)
    with pytest.raises(ValueError, match="T is 0, expected a positive temperature"):
        distillation.distillation_loss(z, y, np.zeros((2, 3)), 0)
    with pytest.raises(ValueError, match="alpha is 1.1"):
        distillation.distillation_loss(z, y, np.zeros((2, 3)), alpha=1.1)
    with pytest.raises(ValueError, match=r"input has shape \(2, 3\), teacher \(2, 4\)"):
        distillation.distillation_loss(z, y, np.zeros((2, 4)))
    with pytest.raises(ValueError, match="soften: T is -1"):
        distillation.soften(np.zeros(3), -1)
