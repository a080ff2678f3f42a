"""The closed form against scikit-learn, against rivals, and at its stationary point."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from derived.data import load_digits
from derived.topics.factor_analysis import LinearGaussian, em_step, mean_log_likelihood
from derived.topics.moments import cov
from derived.topics.ppca import ppca, ppca_maximum, spectrum


@pytest.fixture(scope="module")
def X():
    return load_digits().X.astype(float)


@pytest.mark.parametrize("m", [1, 2, 16])
def test_scikit_learns_score_with_its_covariance(X, m):
    theirs = PCA(m).fit(X)
    ours = ppca(X, m, ddof=1)
    assert ours.log_likelihood(X).mean() == pytest.approx(theirs.score(X), abs=1e-8)
    np.testing.assert_allclose(ours.covariance, theirs.get_covariance(), atol=1e-10)


def test_the_maximum(X):
    assert PCA(16).fit(X).score(X) == pytest.approx(23.929437855671658, abs=1e-8)
    best = ppca(X, 16)
    assert best.log_likelihood(X).mean() == pytest.approx(23.929442812284, abs=1e-9)
    assert ppca_maximum(spectrum(X)[0], 16) == pytest.approx(23.929442812284, abs=1e-9)
    assert ppca(X, 16, ddof=1).log_likelihood(X).mean() < 23.92944  # the mutant: N - 1


@pytest.mark.parametrize("variance", [None, 0.05, 0.5, 1.0])
def test_no_rival_is_better(variance):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 5)) @ rng.standard_normal((5, 5))
    S, best = cov(X), ppca(X, 2, variance=variance)
    top = mean_log_likelihood(best, S)
    for scale in (1e-3, 0.1, 1):
        for _ in range(50):
            noise = best.noise[0] * np.exp(scale * rng.standard_normal() * (variance is None))
            rival = LinearGaussian(best.mean, best.W + scale * rng.standard_normal((5, 2)), noise)
            assert mean_log_likelihood(rival, S) <= top + 1e-12


def test_em_stays_and_rotation_changes_nothing(X):
    R = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))[0]
    best, turned = ppca(X, 3), ppca(X, 3, R=R)
    np.testing.assert_allclose(best.covariance, turned.covariance, atol=1e-12)
    after = em_step(turned, cov(X), isotropic=True)
    np.testing.assert_allclose(after.W, turned.W, atol=1e-9)
    np.testing.assert_allclose(after.noise, turned.noise, atol=1e-10)


def test_collapse_when_the_variance_is_too_large(X):
    assert not ppca(X, 2, variance=1.0).W.any()
    assert ppca(X, 0).log_likelihood(X).mean() == pytest.approx(ppca_maximum(spectrum(X)[0], 0))


def test_bad_input(X):
    with pytest.raises(ValueError, match="m is 64, expected 0 <= m < 64"):
        ppca(X, 64)
    with pytest.raises(ValueError, match="the likelihood has no bound"):
        ppca(np.array([[0.0, 1.0], [0.0, 2.0]]), 1)
    with pytest.raises(ValueError, match="expected \\(N, d\\) with N > 1"):
        spectrum(np.zeros((1, 3)), ddof=1)
