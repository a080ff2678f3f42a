"""The normalisation operator in three forms, and the backward pass on paper, beside PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal
from torch.nn import functional as F

from derived import nn, ops
from derived.parity import columns, normalized_mlps
from derived.topics import normalization_operator as operator


def test_all_forms_are_the_jacobian_of_torch():
    for case in columns(np.random.default_rng(0), 12):
        f = lambda x, eps=case.eps: F.batch_norm(x, None, None, training=True, eps=eps)
        J = torch.autograd.functional.jacobian(f, torch.tensor(case.X)).numpy()
        close(operator.normalize(case.X, case.eps)[0], f(torch.tensor(case.X)))
        close(operator.differential_tensor(case.X, case.eps), J)
        close(operator.push(case.X, case.V, case.eps), np.einsum("baji,ji->ba", J, case.V))
        close(operator.pull(case.X, case.V, case.eps), np.einsum("baji,ba->ji", J, case.V))
        theta = operator.normalize(case.X, case.eps)[1]
        close(theta[0] * operator.projection(case.X[:, 0], case.eps), J[:, 0, :, 0])


def test_the_other_sign_is_no_jacobian():
    X = normal(7, 3)
    Y, theta = operator.normalize(X)
    wrong = theta * (normal(7, 3) + normal(7, 3).mean(axis=0) + Y * (Y * normal(7, 3)).mean(axis=0))
    assert np.abs(wrong - operator.pull(X, normal(7, 3))).max() > 0.1


def test_gradients_on_paper_are_those_of_torch():
    for case in normalized_mlps(np.random.default_rng(1), 9):
        found = operator.gradients(case.model, ops.cross_entropy, case.X, case.y)
        for ours, theirs in zip(found.in_order(), case.twin.parameters(), strict=True):
            close(ours, theirs.grad)
        for ours, theirs in zip(found.Z, case.Z, strict=True):
            close(ours, theirs)


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match="normalize: X has shape"):
        operator.normalize(np.ones(3))
    with pytest.raises(ValueError, match="2 layers of weights and 0 batch normalisations"):
        operator.gradients(nn.MLP([2, 3, 2], rng=np.random.default_rng(0)), ops.cross_entropy, normal(4, 2), [0] * 4)


def test_a_batch_of_two_keeps_only_which_is_larger():
    U = normal(2, 9)
    half = (U[0] - U[1]) / 2
    close(operator.normalize(U)[0], np.sign([half, -half]))
    close(operator.pull(U, normal(2, 9, seed=1)), np.zeros((2, 9)), 1e-9)
    close(operator.normalize(U, 0.01)[0][0], half / np.sqrt(half**2 + 0.01))
