"""Splines against SciPy, fits against scikit-learn, backfitting against the joint solution."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import SplineTransformer

from derived.check import finite_difference
from derived.topics.gam import GAM, SplineBasis, backfit, joint_fit, mixed_difference


@pytest.mark.parametrize(("N", "count"), [(2, 4), (40, 4), (60, 9)])
def test_basis_spans_the_centred_splines(N, count):
    rng = np.random.default_rng(N)
    x, new = rng.normal(size=N), rng.normal(size=12)
    basis = SplineBasis(x, count)
    np.testing.assert_allclose(basis(x).mean(axis=0), 0, atol=1e-12)
    theirs = SplineTransformer(count - 2, degree=3, extrapolation="constant").fit(x[:, None]).transform(new[:, None])
    centred = np.column_stack([basis(new), np.ones(12)])
    assert np.abs(centred @ np.linalg.lstsq(centred, theirs)[0] - theirs).max() < 1e-9 or N == 2
    line = np.linalg.lstsq(np.vstack([basis(new), basis.D]), np.append(new.clip(x.min(), x.max()) - x.mean(),
                                                                      np.zeros(count - 2)))[0]  # fmt: skip
    np.testing.assert_allclose(basis.D @ line, 0, atol=1e-9)  # straight lines are not rough
    np.testing.assert_allclose(basis(x) @ line, x - x.mean(), atol=1e-9)


def data(N=150, d=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, d)) @ (np.eye(d) + 0.4)
    return X, np.sin(2 * X[:, 0]) + X[:, -1] ** 2 / 3 + 0.1 * rng.normal(size=N)


@pytest.mark.parametrize("d", [1, 3])
def test_backfitting_reaches_the_joint_solution(d):
    X, y = data(d=d)
    model = GAM(0.5).fit(X, y)
    blocks, penalties, r = model.blocks(X), model.penalties(), y - y.mean()
    start = [np.random.default_rng(1).normal(size=B.shape[1]) for B in blocks]
    for gammas in (backfit(blocks, penalties, r, 200), backfit(blocks, penalties, r, 200, start)):
        for ours, joint in zip(gammas, model.gammas, strict=True):
            np.testing.assert_allclose(ours, joint, atol=1e-7)
    B = np.vstack([np.hstack(blocks), np.sqrt(0.5) * np.linalg.multi_dot([np.eye(len(blocks) * 8), _rough(model)])])
    stacked = np.linalg.lstsq(B, np.append(r, np.zeros(len(B) - len(r))))[0]
    np.testing.assert_allclose(np.concatenate(model.gammas), stacked, atol=1e-7)
    seen = []
    backfit(blocks, penalties, r, 3, callback=lambda g: seen.append([a.copy() for a in g]))
    assert len(seen) == 3


def _rough(model):
    from scipy.linalg import block_diag

    return block_diag(*(basis.D for basis in model.bases))


def test_a_stiff_gam_is_linear():
    X, y = data()
    np.testing.assert_allclose(GAM(1e9).fit(X, y).predict(X), LinearRegression().fit(X, y).predict(X), atol=1e-5)
    labels = (y > 0.4).astype(int)
    logistic = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, labels)
    np.testing.assert_allclose(GAM(1e9, link="logit").fit(X, labels).predict(X), logistic.predict_proba(X)[:, 1],
                               atol=1e-5)  # fmt: skip


def test_shapes_are_centred_and_add_up():
    X, y = data()
    model = GAM(1.0, 6, pairs=[(0, 2)]).fit(X, y)
    S = model.shapes(X)
    assert S.shape == (150, 4)
    np.testing.assert_allclose(S.mean(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose(model.predict(X), y.mean() + S.sum(axis=1))


def test_pairs_find_an_interaction_that_single_features_miss():
    X = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    y = X.prod(axis=1)
    single, pair = (GAM(0.01, 6, pairs=p).fit(X, y) for p in ((), [(0, 1)]))
    assert np.var(y - single.predict(X)) > 0.8 * np.var(y) and np.var(y - pair.predict(X)) < 0.01 * np.var(y)


def test_shrinking_keeps_separable_labels_finite():
    X = np.linspace(-1, 1, 40)[:, None]
    labels = (X[:, 0] > 0).astype(int)
    model = GAM(1.0, 5, link="logit", shrink=0.1).fit(X, labels)
    assert model.minimum.converged and np.abs(model.score(X)).max() < 20


def test_mixed_difference():
    X = np.random.default_rng(0).normal(size=(7, 3))
    f = lambda x: np.sin(x[:, 0]) + x[:, 1] * x[:, 2]
    np.testing.assert_allclose(mixed_difference(f, X, 0, 1, 0.3, 0.7), 0, atol=1e-12)
    np.testing.assert_allclose(mixed_difference(f, X, 1, 2, 0.3, 0.7), 0.21)


def test_joint_fit_of_dependent_blocks_has_least_norm():
    B, y = np.random.default_rng(0).normal(size=(9, 2)), np.arange(9.0)
    first, second = joint_fit([B, B], [np.zeros((2, 2))] * 2, y)
    np.testing.assert_allclose(first, second, atol=1e-10)


def test_bad_input():
    with pytest.raises(ValueError, match="SplineBasis: x is constant"):
        SplineBasis(np.ones(5))
    with pytest.raises(ValueError, match="SplineBasis: count is 3"):
        SplineBasis(np.arange(5.0), 3)
    with pytest.raises(ValueError, match="GAM: lam is 0"):
        GAM(0.0)
    with pytest.raises(ValueError, match="did you mean 'logit'"):
        GAM(link="logits")
    with pytest.raises(ValueError, match="GAM.fit: X has shape"):
        GAM().fit(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="mixed_difference: i and k"):
        mixed_difference(np.sum, np.ones((1, 2)), 1, 1, 0.1, 0.1)


def test_the_penalty_of_a_pair_is_its_roughness_along_both_features():
    X, y = data()
    model = GAM(0.7, 6, pairs=[(0, 2)]).fit(X, y)
    rows, columns = model.bases[0].D, model.bases[2].D
    for gamma in np.random.default_rng(1).normal(size=(3, 5, 5)):  # first axis: feature 0, second: feature 2
        expected = 0.7 * (np.sum((rows @ gamma) ** 2) + np.sum((gamma @ columns.T) ** 2))
        np.testing.assert_allclose(gamma.ravel() @ model.penalties()[-1] @ gamma.ravel(), expected)


def test_a_logit_gam_is_stationary_for_twice_the_log_loss_plus_the_penalty():
    X, y = data()
    labels = (y > 0.4).astype(float)
    model = GAM(0.5, 6, link="logit", shrink=0.1).fit(X, labels)

    def objective(theta):
        z = theta[0] + np.hstack(model.blocks(X)) @ theta[1:]
        rough = sum(np.sum((b.D @ g) ** 2) for b, g in zip(model.bases, np.split(theta[1:], 3), strict=True))
        return 2 * np.sum(np.logaddexp(0, z) - labels * z) + 0.5 * rough + 0.1 * np.sum(theta[1:] ** 2)

    theta = np.concatenate([[model.intercept], *model.gammas])
    np.testing.assert_allclose(finite_difference(objective, theta), 0, atol=1e-4)
