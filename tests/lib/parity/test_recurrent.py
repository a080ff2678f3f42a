"""Twins of recurrent layers, and the random cases of the chapter on them."""

import numpy as np
import torch

from derived import parity


def test_twins_and_their_cases():
    cases = list(parity.random_rnns(6, np.random.default_rng(0), num_layers=2, bidirectional=True))
    assert cases[0][1].shape == (1, 1, 1)
    for net, X, h0 in cases:
        ours, theirs = net(X, h0), parity.recurrent_twin(net)(torch.tensor(X), torch.tensor(h0))
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.data, b.detach(), atol=1e-12)


def test_sequences_have_gradients_of_their_own_loss():
    for case in parity.sequences(5, np.random.default_rng(0)):
        step = np.zeros_like(case.W)
        step[0, -1] = 1e-6
        slope = (case.loss(case.W + step) - case.loss(case.W - step)) / 2e-6
        np.testing.assert_allclose(slope, case.grad["W"][0, -1], rtol=1e-5, atol=1e-6)


def test_late_losses():
    for case in parity.late_losses(6, np.random.default_rng(0)):
        np.testing.assert_allclose(case.in_states[-1], case.V.T @ case.gy)
        expected = (case.slopes * case.in_states) @ case.U
        np.testing.assert_allclose(case.in_inputs, expected, atol=1e-12)


def test_the_last_case_lets_no_mistake_hide():
    last = list(parity.sequences(3, np.random.default_rng(0)))[-1]
    assert len({len(last.X), *last.U.shape, len(last.V)}) == 4
    last = list(parity.late_losses(3, np.random.default_rng(0)))[-1]
    assert last.U.shape == last.W.shape == last.V.shape
