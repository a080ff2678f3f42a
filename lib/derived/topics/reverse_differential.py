r"""The reverse differential in coordinates, for any inner products.

The differential :math:`df_p` pushes small steps forward. The reverse differential :math:`rf_p` is its adjoint,
:math:`g(rf_p(\zeta),\xi)=h(\zeta,df_p(\xi))`; with Gram matrices :math:`G` and :math:`H` of the two inner products and
the Jacobian :math:`J` this is :math:`G^{-1}J^\top H`. With the usual inner products it is :math:`J^\top`.
"""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["random_inner_product", "reverse_differential"]


def reverse_differential(J: np.ndarray, G: np.ndarray | None = None, H: np.ndarray | None = None) -> np.ndarray:
    r"""Matrix :math:`R=G^{-1}J^\top H` of the reverse differential.

    Parameters
    ----------
    J : (m, n) Jacobian of the map at a point.
    G : (n, n) symmetric positive definite, the inner product of the inputs; the unit matrix if left out.
    H : (m, m) likewise for the outputs.

    Returns
    -------
    (n, m) matrix; :math:`\langle GR\zeta,\xi\rangle=\langle H\zeta,J\xi\rangle` for all :math:`\xi,\zeta`.

    Raises
    ------
    ValueError
        if a shape does not fit, or if ``G`` or ``H`` is not symmetric and positive definite.
    """
    m, n = J.shape
    for name, gram, size in (("G", G, n), ("H", H, m)):
        if gram is not None:
            require(gram.shape == (size, size), "reverse_differential: {} has shape {}, expected ({}, {})",
                    name, gram.shape, size, size)  # fmt: skip
            require(
                np.allclose(gram, gram.T) and np.linalg.eigvalsh(gram)[0] > 0,
                "reverse_differential: {} is no inner product, expected symmetric and positive definite",
                name,
            )
    R = J.T if H is None else J.T @ H
    return R if G is None else np.linalg.solve(G, R)


def random_inner_product(rng: np.random.Generator, n: int) -> np.ndarray:
    """Gram matrix (n, n) of a random inner product, with eigenvalues of 1 and more."""
    B = rng.standard_normal((n, n))
    return B @ B.T + np.eye(n)
