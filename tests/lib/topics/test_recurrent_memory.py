"""Recall of past inputs: exact values of linear networks, and probes of simulated ones."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from derived.topics import recurrent_memory as memory
from derived.topics.bptt import with_norm


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n", [1, 2, 6])
def test_a_linear_network_recalls_n_inputs_in_all(n):
    W, u = with_norm(n, 0.7, rng(), "rotation"), rng().standard_normal(n)
    recall = memory.linear_recall(W, u, 200)
    assert recall.sum() == pytest.approx(n, abs=1e-6) and recall.min() >= -1e-9 and recall.max() <= 1 + 1e-9
    signal = rng().standard_normal(20000)
    probed = memory.recall_by_lag(memory.stirred(W, u, signal, "identity"), signal, 8)
    np.testing.assert_allclose(probed, recall[:8], atol=0.06)


def test_a_shift_register():
    recall = memory.linear_recall(np.eye(4, k=-1), np.eye(4)[0], 7)
    np.testing.assert_allclose(recall, [1, 1, 1, 1, 0, 0, 0], atol=1e-12)
    signal = rng().standard_normal(500)
    states = memory.stirred(np.eye(4, k=-1), np.eye(4)[0], signal, "identity")
    np.testing.assert_allclose(states[10], signal[10:6:-1])
    np.testing.assert_allclose(memory.recall_by_lag(states, signal, 4), 1)


def test_the_probe_is_sklearns():
    signal = rng().standard_normal(400)
    states = memory.stirred(with_norm(3, 0.9, rng()), np.ones(3), signal)
    ours = memory.recall_by_lag(states, signal, 5)
    A, half = states[5:], 197
    for k in range(5):
        target = signal[5 - k : 400 - k]
        assert ours[k] == pytest.approx(LinearRegression().fit(A[:half], target[:half]).score(A[half:], target[half:]))


def test_bad_input():
    with pytest.raises(ValueError, match=r"modulus 1\.000"):
        memory.linear_recall(np.eye(2), np.ones(2), 3)
    with pytest.raises(ValueError, match="10 states, 9 inputs"):
        memory.recall_by_lag(np.zeros((10, 2)), np.zeros(9), 2)
    with pytest.raises(ValueError, match="5 lags"):
        memory.recall_by_lag(np.zeros((10, 2)), np.zeros(10), 5)
