"""The reverse differential against its definition, solved by brute force."""

import numpy as np
import pytest

from derived.topics.reverse_differential import random_inner_product, reverse_differential


def gram(rng, n):
    A = rng.standard_normal((n, n))
    return A @ A.T + np.eye(n)


def by_definition(J, G, H):
    """The R with (R ζ)ᵀ G ξ = ζᵀ H J ξ for all pairs of basis vectors, as one linear system in the entries of R."""
    m, n = J.shape
    rows, right = [], []
    for i in range(m):
        for j in range(n):
            unknown = np.zeros((n, m))
            unknown[:, i] = G[:, j]
            rows.append(unknown.ravel())
            right.append(H[i] @ J[:, j])
    return np.linalg.solve(np.array(rows), np.array(right)).reshape(n, m)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (3, 1), (3, 3), (2, 5)])
def test_it_is_what_the_definition_says(m, n):
    rng = np.random.default_rng(m + 10 * n)
    J, G, H = rng.standard_normal((m, n)), gram(rng, n), gram(rng, m)
    np.testing.assert_allclose(reverse_differential(J, G, H), by_definition(J, G, H), atol=1e-9)
    np.testing.assert_allclose(reverse_differential(J, G), by_definition(J, G, np.eye(m)), atol=1e-9)
    np.testing.assert_allclose(reverse_differential(J, None, H), by_definition(J, np.eye(n), H), atol=1e-9)
    assert np.array_equal(reverse_differential(J), J.T)


def test_forgetting_an_inner_product_is_caught():
    rng = np.random.default_rng(0)
    J, G, H = rng.standard_normal((3, 3)), gram(rng, 3), gram(rng, 3)
    right = by_definition(J, G, H)
    for wrong in (J.T, J.T @ H, np.linalg.solve(G, J.T), G @ J.T @ H, np.linalg.solve(G, J @ H)):
        assert np.abs(wrong - right).max() > 0.01


def test_messages():
    J = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"G has shape \(2, 2\), expected \(3, 3\)"):
        reverse_differential(J, np.eye(2))
    for wrong in (-np.eye(2), np.array([[1.0, 1.0], [0.0, 1.0]])):
        with pytest.raises(ValueError, match="H is no inner product"):
            reverse_differential(J, None, wrong)


def test_random_inner_products_are_inner_products():
    for n in (1, 2, 5):
        G = random_inner_product(np.random.default_rng(n), n)
        assert (np.array_equal(G, G.T)) and np.linalg.eigvalsh(G)[0] >= 1
