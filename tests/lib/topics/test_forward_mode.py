"""Dual numbers against torch's forward mode, polynomials and the Hessian of torch."""

import numpy as np
import pytest
import torch
from scipy.special import expit

from derived.topics.forward_mode import DIFFERENTIALS, Dual, hessian_vector, jvp, power_method

THEIRS = {expit: torch.sigmoid, np.power: torch.pow, np.absolute: torch.abs}


def draw(rng, *shape):
    """Positive, so that logarithms, roots and powers exist, and away from the kink of the absolute value."""
    return rng.uniform(0.5, 2.0, shape)


@pytest.mark.parametrize("shape", [(), (1,), (3, 2)])
@pytest.mark.parametrize("ufunc", DIFFERENTIALS, ids=lambda f: f.__name__)
def test_every_differential_is_torchs(ufunc, shape):
    rng = np.random.default_rng(0)
    shapes = [(2, 3), (3, 1)] if ufunc is np.matmul else [shape] * len(DIFFERENTIALS[ufunc])
    x, u = ([draw(rng, *s) for s in shapes] for _ in range(2))
    value, tangent = jvp(ufunc, x, u)
    theirs = torch.autograd.functional.jvp(THEIRS.get(ufunc, getattr(torch, ufunc.__name__, None)),
                            *(tuple(map(torch.tensor, a)) for a in (x, u)))  # fmt: skip
    np.testing.assert_allclose(value, theirs[0].numpy(), atol=1e-14)
    np.testing.assert_allclose(tangent, theirs[1].numpy(), atol=1e-13)


def test_constants_on_either_side_and_broadcasting():
    rng = np.random.default_rng(1)
    A, x, u = draw(rng, 4, 3), draw(rng, 3), draw(rng, 3)
    f = lambda m, v, M: 2 / (m @ v) + (3 - v[0]) ** 2 + M * v.sum() / 5
    value, tangent = jvp(lambda v: f(A, v, 1.0), [x], [u])
    theirs = torch.autograd.functional.jvp(lambda v: f(torch.tensor(A), v, 1.0), (torch.tensor(x),), (torch.tensor(u),))
    np.testing.assert_allclose(value, theirs[0].numpy(), atol=1e-14)
    np.testing.assert_allclose(tangent, theirs[1].numpy(), atol=1e-13)
    assert jvp(lambda a, b: a + b, [np.ones((2, 3)), np.ones(3)], [np.zeros((2, 3)), np.ones(3)])[1].shape == (2, 3)


def test_branches_follow_the_values():
    f = lambda x: x * x if x > 1 else -x
    assert jvp(f, [3.0], [1.0]) == (9.0, 6.0) and jvp(f, [0.5], [1.0]) == (-0.5, -1.0)
    value, tangent = jvp(lambda x: np.ones(2), [np.ones(2)], [np.ones(2)])
    assert value.tolist() == [1, 1] and tangent.tolist() == [0, 0]


def test_shapes_of_duals():
    d = Dual(np.ones((2, 3)), 1.0)
    assert (
        d.T.shape == (3, 2) and d.reshape(6).ndim == 1 and len(d) == 2 and d.sum(axis=0, keepdims=True).shape == (1, 3)
    )
    assert d.sum().tangent == 6 and repr(Dual(1.0, 2.0)) == "1.0 + 2.0 ε"


def test_hessian_times_vector_is_torchs():
    rng = np.random.default_rng(3)
    W, v, X = rng.standard_normal((3, 2)), rng.standard_normal(3), rng.standard_normal((5, 2))
    U, u = rng.standard_normal((3, 2)), rng.standard_normal(3)

    def gradient(W, v):
        H = np.tanh(X @ W.T)
        e = H @ v
        return (e.reshape(5, 1) * v * (1 - H * H)).T @ X, H.T @ e

    loss = lambda W, v: 0.5 * ((torch.tanh(torch.tensor(X) @ W.T) @ v) ** 2).sum()
    theirs = torch.autograd.functional.hvp(
        loss, (torch.tensor(W), torch.tensor(v)), (torch.tensor(U), torch.tensor(u))
    )[1]
    for a, b in zip(hessian_vector(gradient, (W, v), (U, u)), theirs, strict=True):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-12)
    assert hessian_vector(lambda x: (np.ones(2),), [np.ones(2)], [np.ones(2)])[0].tolist() == [0, 0]


def test_the_power_method_finds_the_eigenvalue_of_largest_absolute_value():
    rng = np.random.default_rng(5)
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    A = Q * [3.0, 1.0, 0.5, -4.0] @ Q.T
    gradient = lambda x, y: (A[:3, :3] @ x + A[:3, 3:] @ y, A[3:, :3] @ x + A[3:, 3:] @ y)
    start = [rng.standard_normal(3), rng.standard_normal(1)]
    assert power_method(gradient, [np.zeros(3), np.zeros(1)], start, 60) == pytest.approx(-4, abs=1e-9)
    with pytest.raises(ValueError, match="power_method: steps is 0"):
        power_method(gradient, [np.zeros(3), np.zeros(1)], start, 0)


def test_a_wrong_differential_is_caught(monkeypatch):
    monkeypatch.setitem(DIFFERENTIALS, np.tanh, (lambda d, z, x: (1 - x * x) * d,))
    theirs = torch.autograd.functional.jvp(torch.tanh, (torch.tensor(0.7),), (torch.tensor(1.0),))[1].item()
    assert abs(jvp(np.tanh, [0.7], [1.0])[1] - theirs) > 0.01


def test_what_would_lose_a_tangent_is_refused():
    with pytest.raises(TypeError, match=r"numpy\.arctan \(__call__\) has no differential"):
        np.arctan(Dual(1.0, 1.0))
    with pytest.raises(TypeError, match=r"numpy\.add \(reduce\)"):
        np.add.reduce(Dual(np.ones(2), 1.0))
    with pytest.raises(TypeError, match="not dual numbers themselves"):
        Dual(Dual(1.0, 1.0), 1.0)
    with pytest.raises(ValueError, match="jvp: shapes of primals and tangents"):
        jvp(np.exp, [np.ones(2)], [np.ones(3)])
    with pytest.raises(ValueError):
        Dual(np.ones(2), np.ones(3))
