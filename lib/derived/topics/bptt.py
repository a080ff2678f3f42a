r"""Backpropagation through time, taken apart: one sequence, :math:`h_t=\phi(Wh_{t-1}+Ux_t+b)`, column vectors.

Slow and explicit; what networks train with is the pullback of :func:`derived.ops.rnn`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require

__all__ = ["contributions", "deltas", "driven_lag_norms", "lag_norms", "states_and_slopes", "with_norm"]


def states_and_slopes(X: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray,
                      phi: Callable) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""The states :math:`h_0,\dots,h_T` and the slopes :math:`\phi'(a_t)` at :math:`a_t=Wh_{t-1}+Ux_t+b`.

    Parameters
    ----------
    X : (T, d) inputs in rows; h0 : (n,); W : (n, n); U : (n, d); b : (n,).
    phi : a primitive of :mod:`derived.ops` that acts on each entry.

    Returns
    -------
    (T + 1, n) and (T, n) arrays.
    """
    states, slopes = [np.asarray(h0)], []
    for x in X:
        h, pull = phi.rule(W @ states[-1] + U @ x + b)
        states.append(h)
        slopes.append(pull(np.ones_like(h)))
    return np.array(states), np.array(slopes)


def deltas(direct: np.ndarray, W: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    r"""Gradients :math:`\delta_t` of the loss with respect to the pre-activations :math:`a_t`, last time first.

    .. math:: \delta_t=\phi'(a_t)\odot\bigl(e_t+W^\top\delta_{t+1}\bigr),\qquad\delta_{T+1}=0

    Parameters
    ----------
    direct : (T, n) gradients :math:`e_t` of the loss with respect to :math:`h_t` as far as they come from the output
        at t itself, not by way of later states.

    Returns
    -------
    (T, n) array; the gradients are :math:`\sum_t\delta_th_{t-1}^\top` (W), :math:`\sum_t\delta_tx_t^\top` (U),
    :math:`\sum_t\delta_t` (b), :math:`U^\top\delta_t` (:math:`x_t`).
    """
    result, carried = np.zeros_like(slopes), np.zeros(slopes.shape[1])
    for t in reversed(range(len(slopes))):
        result[t] = slopes[t] * (direct[t] + carried)
        carried = W.T @ result[t]
    return result


def contributions(direct: np.ndarray, W: np.ndarray, states: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    r"""The double sum: what the loss at time s contributes to the gradient in W through its use at time t <= s.

    .. math:: G_{s,t}=\mathrm{diag}(\phi'(a_t))\Bigl(\prod_{j=t+1}^{s}W^\top\mathrm{diag}(\phi'(a_j))\Bigr)
       e_s\,h_{t-1}^\top

    Parameters
    ----------
    direct, W, slopes : as in :func:`deltas`; states : (T + 1, n), as :func:`states_and_slopes` gives them.

    Returns
    -------
    (T, T, n, n) array, zero for t > s; its sum over the first two axes is the gradient. T(T + 1)/2 products of a
    matrix and a vector, where :func:`deltas` needs T.
    """
    T, n = slopes.shape
    result = np.zeros((T, T, n, n))
    for s in range(T):
        v = direct[s]
        for t in reversed(range(s + 1)):
            v = slopes[t] * v
            result[s, t] = np.outer(v, states[t])
            v = W.T @ v
    return result


def lag_norms(W: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    r"""Spectral norms of :math:`\partial h_T/\partial h_{T-k}=\prod_{j=T-k+1}^{T}\mathrm{diag}(\phi'(a_j))W`, k = 1…T.

    The factor of the latest time stands on the left.
    """
    J, norms = np.eye(len(W)), []
    for slope in slopes[::-1]:
        J = J @ (slope[:, None] * W)
        norms.append(np.linalg.norm(J, 2))
    return np.array(norms)


def with_norm(n: int, sigma: float, rng: np.random.Generator, kind: str = "gaussian") -> np.ndarray:
    """A random (n, n) matrix with largest singular value `sigma`.

    "gaussian": independent normal entries, scaled; for large n its eigenvalues reach to about `sigma` / 2.
    "rotation": `sigma` times a random orthogonal matrix, whose singular values are all equal.
    """
    require(kind in ("gaussian", "rotation"), "with_norm: kind is {!r}, expected 'gaussian' or 'rotation'", kind)
    A = rng.standard_normal((n, n))
    return sigma * (np.linalg.qr(A)[0] if kind == "rotation" else A / np.linalg.norm(A, 2))


def driven_lag_norms(sigma: float, kind: str, phi: Callable, units: int, steps: int, seed: int = 1) -> np.ndarray:
    """:func:`lag_norms` of a network without bias, with a random W of norm `sigma`, driven by small random inputs.

    Parameters
    ----------
    sigma, kind : as in :func:`with_norm`.
    phi : a primitive of :mod:`derived.ops` that acts on each entry.
    units, steps : n and T; four inputs a step, of size 0.1, U normal.
    """
    rng = np.random.default_rng(seed)
    W, U = with_norm(units, sigma, rng, kind), rng.standard_normal((units, 4))
    X = 0.1 * rng.standard_normal((steps, 4))
    return lag_norms(W, states_and_slopes(X, np.zeros(units), W, U, np.zeros(units), phi)[1])
