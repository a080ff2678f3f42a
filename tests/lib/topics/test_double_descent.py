"""Minimum-norm solutions against NumPy and PyTorch, the formula by simulation, the peak on digits."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from derived.data import load_digits_split
from derived.topics import double_descent as dd
from derived.topics.double_descent import digits_sweep, expected_error, gaussian_runs, minimum_norm, relu_features


@pytest.mark.parametrize("N, p, K", [(1, 1, 1), (3, 8, 2), (8, 3, 1), (6, 6, 4)])
def test_minimum_norm(N, p, K):
    rng = np.random.default_rng(N)
    Phi, Y = rng.standard_normal((N, p)), rng.standard_normal((N, K))
    B, s = minimum_norm(Phi, Y)
    theirs = torch.linalg.lstsq(torch.tensor(Phi), torch.tensor(Y), driver="gelsd").solution
    np.testing.assert_allclose(B, theirs, atol=1e-9)
    np.testing.assert_allclose(s, np.linalg.svd(Phi)[1], atol=1e-12)
    ridge = Ridge(alpha=N * 0.1, fit_intercept=False).fit(Phi, Y).coef_.reshape(K, p).T
    np.testing.assert_allclose(minimum_norm(Phi, Y, 0.1)[0], ridge, atol=1e-9)
    np.testing.assert_allclose(minimum_norm(Phi, Y[:, 0])[0], B[:, 0], atol=1e-12)


def test_dead_features_are_left_out():
    Phi = np.column_stack([np.eye(4)[:, :2], np.zeros(4)])
    B, s = minimum_norm(Phi, np.arange(4.0))
    assert B.tolist() == [0, 1, 0] and s.tolist() == [1, 1]


def test_relu_features_are_torchs():
    rng = np.random.default_rng(0)
    X, W, b = rng.standard_normal((5, 3)), rng.standard_normal((7, 3)), rng.standard_normal(7)
    theirs = torch.relu(torch.nn.functional.linear(*map(torch.tensor, (X, W, b))))
    np.testing.assert_allclose(relu_features(X, W, b), theirs, atol=1e-14)


@pytest.mark.parametrize("N, p, D", [(10, 0, 2), (10, 2, 2), (12, 3, 5), (6, 14, 14), (6, 16, 20), (1, 9, 9)])
def test_expected_error_by_simulation(N, p, D):
    rng = np.random.default_rng(10 * N + p)
    w, errors = rng.standard_normal(D), []
    for _ in range(4000):
        X = rng.standard_normal((N, D))
        y = X @ w + 0.5 * rng.standard_normal(N)
        fitted = np.zeros(D)
        fitted[:p] = np.linalg.pinv(X[:, :p]) @ y if p else 0
        errors.append(np.sum((fitted - w) ** 2) + 0.25)
    assert abs(np.mean(errors) - expected_error(N, p, w, 0.5)) < 4 * np.std(errors) / np.sqrt(4000) + 1e-12


@pytest.mark.parametrize("N, p", [(1, 4), (12, 3), (6, 14), (5, 5)])
def test_gaussian_runs(N, p):
    w = np.random.default_rng(0).standard_normal(p + 2)
    errors, smallest, distance = gaussian_runs(N, p, w, 0.5, 3000, rng=np.random.default_rng(1))
    assert np.all(smallest <= distance * (1 + 1e-6))
    if abs(p - N) > 2:
        assert abs(errors.mean() - expected_error(N, p, w, 0.5)) < 4 * errors.std() / np.sqrt(3000)
    rng = np.random.default_rng(1)  # the first run again
    X = rng.standard_normal((N, p + 2))
    fitted = np.append(np.linalg.pinv(X[:, :p]) @ (X @ w + 0.5 * rng.standard_normal(N)), [0, 0])
    np.testing.assert_allclose(errors[0], 0.25 + np.sum((fitted - w) ** 2), rtol=1e-8)
    np.testing.assert_allclose(smallest[0], np.linalg.svd(X[:, :p], compute_uv=False)[-1] ** 2, rtol=1e-8)
    rows = X[:, :p] if p >= N else X[:, :p].T
    others = [np.delete(rows, i, 0).T for i in range(len(rows))]
    left = [np.linalg.norm(r - A @ (np.linalg.pinv(A) @ r)) for r, A in zip(rows, others, strict=True)]
    np.testing.assert_allclose(distance[0], min(left) ** 2, rtol=1e-6)


def test_expected_error_at_the_peak():
    w = np.ones(30)
    assert [np.isinf(expected_error(10, p, w, 1.0)) for p in (8, 9, 10, 11, 12)] == [False, True, True, True, False]
    assert expected_error(10, 10, np.ones(10), 0.0) == 0 and expected_error(3, 4, np.ones(4), 0.0) == 1
    assert expected_error(1, 0, np.ones(2), 0.5) == 2.25  # nothing fitted, nothing infinite


def test_peak_on_digits():
    found = digits_sweep(0, 100, [20, 50, 100, 200, 1000])
    assert found.test_error.argmax() == 2 and found.norm.argmax() == 2
    assert found.test_error[4] < found.test_error[:2].min() and found.train_error[2:].max() == 0
    tame = digits_sweep(0, 100, [100], 1e-3)
    both = digits_sweep(0, 100, [50, 100], [0.0, 1e-3])
    for row, lam in enumerate((0.0, 1e-3)):
        alone = digits_sweep(0, 100, [50, 100], lam)
        for name, values in alone._asdict().items():
            np.testing.assert_allclose(getattr(both, name)[row], values, err_msg=name)
    assert tame.test_error[0] < found.test_error[2] / 2
    tuned = digits_sweep(0, 100, [100], 1e-3, tuning=True)  # the same fit, other examples
    assert tuned.norm[0] == tame.norm[0] and 0 < abs(tuned.test_error[0] - tame.test_error[0]) < 0.1


def test_bad_input():
    Phi = np.ones((3, 2))
    with pytest.raises(ValueError, match="minimum_norm: Phi has shape"):
        minimum_norm(Phi, np.ones(2))
    with pytest.raises(ValueError, match="minimum_norm: lam is -1"):
        minimum_norm(Phi, np.ones(3), -1)
    with pytest.raises(ValueError, match="minimum_norm: Phi has nan"):
        minimum_norm(Phi * np.nan, np.ones(3))
    with pytest.raises(ValueError, match="relu_features: X, W, b"):
        relu_features(Phi, np.ones((4, 3)), np.ones(4))
    with pytest.raises(ValueError, match="expected_error: N is 3, p is 5"):
        expected_error(3, 5, np.ones(4), 1.0)
    with pytest.raises(ValueError, match="gaussian_runs: p is 0"):
        gaussian_runs(3, 0, np.ones(4), 1.0, 1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="digits_sweep: N is 5000"):
        digits_sweep(0, 5000, [10])


def test_a_noisy_sweep_agrees_with_the_plain_one():
    X, Z, y, z = load_digits_split(dtype=np.float64)
    train, test, sizes = (X[:60], y[:60]), (Z, z), [20, 60, 200]
    ours = dd.sweep(train, test, sizes, rng=np.random.default_rng(0), lam=[0.0, 1e-3], noise=[0.0, 0.3])
    plain = dd.sweep(train, test, sizes, rng=np.random.default_rng(0), lam=[0.0, 1e-3])
    for name, values in plain._asdict().items():
        np.testing.assert_allclose(getattr(ours, name)[0], values, err_msg=name)
    assert (ours.test_error[1] >= ours.test_error[0] - 0.02).all() and ours.train_error[1, 0, 2] == 0
    assert digits_sweep(1, 30, [10, 40], [0.0], noise=[0.2]).norm.shape == (1, 1, 2)


def test_a_sweep_is_minimum_norm_on_random_features():
    X, Z, y, z = load_digits_split(dtype=np.float64)
    X, y, rng = X[:60], y[:60], np.random.default_rng(0)
    ours = dd.sweep((X, y), (Z, z), [15, 80], rng=np.random.default_rng(0), lam=1e-3)
    W, b, scale = rng.standard_normal((80, 64)), rng.standard_normal(80), np.sqrt(np.sum(X.var(axis=0)))
    Phi, seen = (relu_features((A - X.mean(axis=0)) / scale, W, b) for A in (X, Z))
    for k, p in enumerate((15, 80)):
        B, s = minimum_norm(Phi[:, :p] / np.sqrt(p), np.eye(10)[y] - 0.1, 1e-3)
        out = seen[:, :p] @ B / np.sqrt(p)
        wanted = [np.mean((Phi[:, :p] @ B).argmax(axis=1) != y), np.mean(out.argmax(axis=1) != z),
                  np.mean(np.sum((out - np.eye(10)[z] + 0.1) ** 2, axis=1)), np.linalg.norm(B), s[-1]]  # fmt: skip
        np.testing.assert_allclose([values[k] for values in ours], wanted, rtol=1e-8)
