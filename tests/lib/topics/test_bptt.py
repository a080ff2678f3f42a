"""Backpropagation through time taken apart: PyTorch, the library's primitive, and bounds that must hold."""

import numpy as np
import pytest

from derived import ops, parity
from derived.topics import bptt


def rng():
    return np.random.default_rng(0)


def run(case):
    return bptt.states_and_slopes(case.X, case.h0, case.W, case.U, case.b, ops.tanh)


def test_states_and_gradients_are_torchs_and_the_primitives():
    for case in parity.sequences(20, rng()):
        states, slopes = run(case)
        value, *pulls = ops.rnn.rule(case.X[:, None], case.h0[None], case.U, case.W, case.b)
        np.testing.assert_allclose(states[1:], value[:, 0], atol=1e-12)
        np.testing.assert_allclose(slopes, 1 - states[1:] ** 2, atol=1e-12)
        delta = bptt.deltas(case.direct, case.W, slopes)
        ours = [delta @ case.U, case.W.T @ delta[0], delta.T @ case.X, delta.T @ states[:-1], delta.sum(axis=0)]
        for name, mine, pull in zip(("X", "h0", "U", "W", "b"), ours, pulls, strict=False):
            np.testing.assert_allclose(mine, case.grad[name], atol=1e-10)
            np.testing.assert_allclose(pull(case.direct[:, None]).reshape(mine.shape), mine, atol=1e-10)


def test_the_double_sum_and_what_is_not_it():
    for case in parity.sequences(20, rng()):
        states, slopes = run(case)
        G = bptt.contributions(case.direct, case.W, states, slopes)
        np.testing.assert_allclose(G.sum(axis=(0, 1)), case.grad["W"], atol=1e-10)
        assert not G[np.triu_indices(len(G), 1)].any()
    assert np.abs(np.einsum("ttij->ij", G) - case.grad["W"]).max() > 1e-3
    assert np.abs(bptt.contributions(case.direct, case.W.T, states, slopes).sum(axis=(0, 1))
                  - case.grad["W"]).max() > 1e-3  # fmt: skip


def test_jacobians_over_a_lag():
    W, U, X = bptt.with_norm(3, 1.4, rng()), np.eye(3), rng().standard_normal((5, 3))
    states, slopes = bptt.states_and_slopes(X, np.zeros(3), W, U, np.zeros(3), ops.tanh)
    norms = bptt.lag_norms(W, slopes)
    for k in range(1, 6):
        later = lambda h, k=k: bptt.states_and_slopes(X[5 - k :], h, W, U, np.zeros(3), ops.tanh)[0][-1]
        columns = [(later(states[5 - k] + 1e-6 * e) - later(states[5 - k] - 1e-6 * e)) / 2e-6 for e in np.eye(3)]
        assert norms[k - 1] == pytest.approx(np.linalg.norm(np.transpose(columns), 2), rel=1e-6)


@pytest.mark.parametrize("kind", ["gaussian", "rotation"])
@pytest.mark.parametrize(("phi", "steepest"), [(ops.tanh, 1), (ops.sigmoid, 0.25), (ops.identity, 1)])
def test_the_bound(kind, phi, steepest):
    for sigma in (0.3, 1.0, 4.0):
        norms = bptt.driven_lag_norms(sigma, kind, phi, units=6, steps=12)
        bound = (sigma * steepest) ** np.arange(1, 13)
        assert (norms <= bound * (1 + 1e-9)).all()
        if kind == "rotation" and phi is ops.identity:
            np.testing.assert_allclose(norms, bound)


def test_matrices_of_given_norm():
    for n in (1, 2, 20):
        for kind in ("gaussian", "rotation"):
            W = bptt.with_norm(n, 1.7, rng(), kind)
            assert np.linalg.norm(W, 2) == pytest.approx(1.7)
        np.testing.assert_allclose(W @ W.T, 1.7**2 * np.eye(n), atol=1e-12)
    with pytest.raises(ValueError, match="kind is 'normal'"):
        bptt.with_norm(2, 1.0, rng(), "normal")
