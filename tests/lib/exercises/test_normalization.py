"""The references of the checkers against PyTorch."""

import numpy as np
import torch
from torch.nn import functional as F

from derived.exercises import normalization as ex
from derived.parity import pulled


def test_batch_norm_backward_is_torchs():
    def by_torch(V, U, gamma, eps):
        f = lambda u, w, b: F.batch_norm(u, None, None, w, b, True, eps=eps)
        return pulled(f, V, U, gamma, 0 * gamma)[1:]

    assert ex.batch_norm_backward(by_torch)


def test_fold_gives_torchs_outputs():
    for W, gamma, beta, mean, var, eps in ex.fold.cases():
        folded, bias = ex.fold.reference(W, gamma, beta, mean, var, eps)
        X = np.random.default_rng(0).standard_normal((4, W.shape[1]))
        theirs = F.batch_norm(*(torch.tensor(a) for a in (X @ W.T, mean, var, gamma, beta)), eps=eps)
        np.testing.assert_allclose(X @ folded.T + bias, theirs, rtol=1e-10, atol=1e-12)


def test_rms_norm_backward_is_torchs():
    def by_torch(V, X, eps):
        return pulled(lambda x: F.rms_norm(x, x.shape[1:], eps=eps), V, X)[1]

    assert ex.rms_norm_backward(by_torch)
