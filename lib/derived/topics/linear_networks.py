r"""Two-layer linear networks :math:`y=DCx`: gradients, and the dynamics of learning one mode after the other."""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["aligned_start", "descend", "half_time", "mode_strengths", "saxe_curve", "second_moments",
           "two_layer_gradients"]  # fmt: skip


def second_moments(X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r""":math:`\Sigma_{yx}=\sum_ny_nx_n^\top` (k, d), :math:`\Sigma_{xx}=\sum_nx_nx_n^\top` (d, d), data in rows."""
    require(len(X) == len(Y), "second_moments: X has {} rows and Y {}, expected as many", len(X), len(Y))
    return Y.T @ X, X.T @ X


def two_layer_gradients(A: np.ndarray, B: np.ndarray, Syx: np.ndarray,
                        Sxx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Gradients of :math:`L=\frac12\sum_n\lVert y_n-BAx_n\rVert^2`.

    .. math:: \partial_AL=-B^\top(\Sigma_{yx}-BA\Sigma_{xx}),\qquad\partial_BL=-(\Sigma_{yx}-BA\Sigma_{xx})A^\top

    Parameters
    ----------
    A : (h, d) first layer.
    B : (k, h) second layer.
    Syx, Sxx : (k, d) and (d, d), see :func:`second_moments`.
    """
    require(A.shape[0] == B.shape[1], "two_layer_gradients: A has shape {} and B {}, expected (h, d) and (k, h)",
            A.shape, B.shape)  # fmt: skip
    gap = Syx - B @ A @ Sxx
    return -B.T @ gap, -gap @ A.T


def descend(C: np.ndarray, D: np.ndarray, Gamma: np.ndarray, *, lr: float,
            steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    r"""Gradient descent on :math:`\frac12\lVert DC-\Gamma\rVert_F^2`.

    Parameters
    ----------
    C : (h, d) first layer; D : (k, h) second layer; Gamma : (k, d) target.
    lr : the rate; time is ``lr * step``.
    steps : how many.

    Returns
    -------
    products (steps + 1, k, d), the matrix DC before each step and after the last; and the final C and D.
    """
    C, D = np.array(C, dtype=np.float64), np.array(D, dtype=np.float64)
    require(D.shape[1] == C.shape[0] and Gamma.shape == (D.shape[0], C.shape[1]),
            "descend: C has shape {}, D {}, Gamma {}, expected (h, d), (k, h), (k, d)",
            C.shape, D.shape, Gamma.shape)  # fmt: skip
    products = np.empty((steps + 1, *Gamma.shape))
    for t in range(steps):
        products[t] = D @ C
        E = products[t] - Gamma
        C, D = C - lr * D.T @ E, D - lr * E @ C.T
    products[steps] = D @ C
    return products, C, D


def mode_strengths(products: np.ndarray, Gamma: np.ndarray) -> np.ndarray:
    r"""How much of each mode a product holds, :math:`u_r^\top(DC)v_r`, (..., k, d) to (..., min(k, d))."""
    U, _, Vt = np.linalg.svd(Gamma, full_matrices=False)
    return np.sum(U.T @ products * Vt, axis=-1)


def aligned_start(Gamma: np.ndarray, u0: float, hidden: int, *,
                  rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Balanced start along the modes of :math:`\Gamma=U\Sigma V^\top`.

    .. math:: C=\sqrt{u_0}RV^\top,\qquad D=\sqrt{u_0}UR^\top

    R (hidden, p) has random orthonormal columns, p = min(k, d), so every mode begins with strength ``u0``.
    """
    U, sigma, Vt = np.linalg.svd(Gamma, full_matrices=False)
    require(hidden >= sigma.size, "aligned_start: hidden is {}, expected at least {} modes", hidden, sigma.size)
    require(u0 > 0, "aligned_start: u0 is {}, expected a positive number", u0)
    R = np.linalg.qr(rng.standard_normal((hidden, sigma.size)))[0]
    return np.sqrt(u0) * R @ Vt, np.sqrt(u0) * U @ R.T


def saxe_curve(t: np.ndarray, sigma: float, u0: float, tau: float = 1.0) -> np.ndarray:
    r"""Strength of a mode during gradient flow from a balanced start (Saxe, McClelland and Ganguli, 2014, section 1).

    .. math:: u(t)=\frac{\sigma e^{2\sigma t/\tau}}{e^{2\sigma t/\tau}-1+\sigma/u_0}
        =\frac{\sigma}{1+(\sigma/u_0-1)e^{-2\sigma t/\tau}}

    The second form is computed; it cannot overflow for :math:`t\ge0`.
    """
    require(np.all(np.asarray(sigma) > 0) and np.all(np.asarray(u0) > 0),
            "saxe_curve: sigma is {} and u0 {}, expected positive numbers", sigma, u0)  # fmt: skip
    return sigma / (1 + (sigma / u0 - 1) * np.exp(-2 * sigma * np.asarray(t) / tau))


def half_time(sigma: float, u0: float, tau: float = 1.0) -> float:
    r"""When a mode has half of its strength: :math:`\frac\tau{2\sigma}\log(\sigma/u_0-1)`, for :math:`u_0<\sigma/2`."""
    require(np.all(0 < np.asarray(u0)) and np.all(np.asarray(u0) < np.asarray(sigma) / 2),
            "half_time: u0 is {}, expected a positive number below sigma/2 for sigma = {}", u0, sigma)  # fmt: skip
    return tau / (2 * sigma) * np.log(sigma / u0 - 1)
