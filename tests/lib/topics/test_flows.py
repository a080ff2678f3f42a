"""Flows against torch's Jacobians, SciPy's Gaussians, and integrals that must be one."""

import numpy as np
import pytest
import torch
from scipy import stats

from derived.check import finite_difference
from derived.data import moons
from derived.tensor import Tensor
from derived.topics import flows
from derived.topics.coupling_flow import CouplingFlow
from derived.topics.planar_flow import PlanarFlow, invertible, planar, planar_inverse
from derived.topics.triangular_flow import affine_log_prob, fit_affine, log_det, substitute


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("d", [1, 2, 6])
def test_triangular_determinant_and_inverse(d, rng):
    A = np.tril(rng.standard_normal((d, d))) + 2 * np.eye(d)
    x = rng.standard_normal((3, d))
    assert log_det(A) == pytest.approx(np.linalg.slogdet(A)[1])
    np.testing.assert_allclose(substitute(A, x), np.linalg.solve(A, x.T).T, atol=1e-12)
    theirs = stats.multivariate_normal(np.ones(d), A @ A.T).logpdf(x)
    np.testing.assert_allclose(affine_log_prob(x, A, np.ones(d)), np.atleast_1d(theirs), atol=1e-10)


def test_the_fitted_affine_flow_is_the_fitted_gaussian(rng):
    X = rng.standard_normal((40, 3)) @ rng.standard_normal((3, 3)) + 2
    A, c = fit_affine(X)
    np.testing.assert_allclose(A @ A.T, np.cov(X.T, bias=True))
    np.testing.assert_allclose(c, X.mean(axis=0))


@pytest.mark.parametrize("d", [1, 2, 4])
def test_planar_determinant_is_torchs_and_the_inverse_undoes(d, rng):
    z, u, w = rng.standard_normal((3, 1, d))
    b = 0.3
    u = invertible(u, w).data
    ut, wt = torch.tensor(u[0]), torch.tensor(w[0])
    J = torch.autograd.functional.jacobian(lambda t: t + ut * torch.tanh(t @ wt + b), torch.tensor(z[0])).numpy()
    x, found = planar(z, u, w, b)
    assert found.data[0] == pytest.approx(np.linalg.slogdet(J)[1])
    np.testing.assert_allclose(planar_inverse(x.data, u, w, b), z, atol=1e-12)
    assert abs(planar(z, -u, w, b)[1].data[0] - found.data[0]) > 1e-6  # a mutation: the sign of u


def test_invertible_keeps_the_product_above_minus_one_and_the_rest_of_u(rng):
    u, w = 1.5 * rng.standard_normal((2, 50, 3))  # beyond w·u = -36 rounding gives -1 itself
    new = invertible(Tensor(u), Tensor(w)).data
    assert ((new * w).sum(axis=1) > -1).all()
    np.testing.assert_allclose(np.cross(new - u, w), 0, atol=1e-10)


@pytest.mark.parametrize(
    "flow",
    [PlanarFlow(2, 3, rng=np.random.default_rng(1)), CouplingFlow(2, 3, hidden=5, rng=np.random.default_rng(2)),
     CouplingFlow(1, 2, 5, 4, rng=np.random.default_rng(3))],
)  # fmt: skip
def test_a_flow_is_a_density(flow, rng):
    d = 5 if flow.copies == 1 else 2
    z = rng.standard_normal((flow.copies, 4, d))
    x = flow.inverse(z)
    again, found = flow(x)
    np.testing.assert_allclose(again.data, z, atol=1e-10)
    for s in range(flow.copies):

        def one(v, s=s):
            return flow(np.broadcast_to(v, (flow.copies, 1, d)))[0].data[s, 0]

        J = finite_difference(one, x[s, 0])
        assert found.data[s, 0] == pytest.approx(np.linalg.slogdet(J)[1], abs=1e-6)
    if d == 2:
        integral = flows.grid_integral(lambda g: flows.log_prob(flow, g).data, (-12, 12, -12, 12), 240)
        np.testing.assert_allclose(integral, 1, atol=5e-3)


def test_training_beats_the_gaussian_and_copies_do_not_see_each_other(rng):
    X = np.stack([moons(300, 0.1, rng=np.random.default_rng(s), dtype=np.float64)[0] for s in range(2)])

    def trained(data):
        flow = CouplingFlow(len(data), 4, hidden=8, rng=np.random.default_rng(5))
        curve = flows.train_flow(flow, data, steps=120, lr=1e-2, rng=np.random.default_rng(6))
        return flow, curve

    flow, curve = trained(X)
    assert curve.shape == (120, 2)
    assert (flows.mean_log_prob(flow, X) > [affine_log_prob(x, *fit_affine(x)).mean() for x in X]).all()
    np.testing.assert_array_equal(trained(np.stack([X[0], X[0]]))[1][:, 0], curve[:, 0])
    assert flows.sample(flow, (2, 7, 2), rng).shape == (2, 7, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: log_det(np.ones((2, 2))), "above its diagonal"),
        (lambda rng: log_det(np.zeros((2, 2))), "zero on its diagonal"),
        (lambda rng: substitute(np.ones((2, 3)), np.ones((1, 2))), "expected \\(d, d\\)"),
        (lambda rng: fit_affine(np.ones((2, 2))), "N > d"),
        (lambda rng: planar_inverse(np.ones((1, 2)), np.array([[-2.0, 0]]), np.array([[1.0, 0]]), 0.0), "no inverse"),
        (lambda rng: CouplingFlow(1, 1, 1, rng=rng), "dimension is 1"),
        (lambda rng: flows.train_flow(PlanarFlow(1, 1, rng=rng), np.ones((3, 2)), steps=1, rng=rng), "X has shape"),
    ],
)
def test_bad_input(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
