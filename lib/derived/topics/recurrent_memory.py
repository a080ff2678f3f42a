"""How much of its past inputs a recurrent state keeps, as far as a linear probe can read it."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from derived import ops
from derived.arguments import require

__all__ = ["linear_recall", "recall_by_lag", "stirred"]


def stirred(W: np.ndarray, u: np.ndarray, inputs: np.ndarray, nonlinearity: str = "tanh") -> np.ndarray:
    r"""States :math:`h_t=\phi(Wh_{t-1}+u\,x_t)` that a sequence of numbers leaves, from :math:`h_0=0`.

    Parameters
    ----------
    W : (n, n); u : (n,); inputs : (T,) numbers.
    nonlinearity : of :func:`derived.ops.rnn`.

    Returns
    -------
    (T, n) array.
    """
    return ops.rnn.rule(inputs[:, None, None], None, u[:, None], W, None, None, nonlinearity)[0][:, 0]


def recall_by_lag(states: np.ndarray, inputs: np.ndarray, lags: int) -> np.ndarray:
    r"""Share :math:`R^2_k` of the variance of :math:`x_{t-k}` that an affine probe of :math:`h_t` explains.

    The probe of each lag k = 0, …, lags - 1 is fitted by least squares on the first half of the times and judged on
    the second half, where a probe that learnt nothing has :math:`R^2` about 0 (or a little below).

    Parameters
    ----------
    states : (T, n); inputs : (T,).

    Returns
    -------
    (lags,) array, at most 1.
    """
    T = len(states)
    require(len(inputs) == T and 2 * lags < T,
            "recall_by_lag: {} states, {} inputs, {} lags, expected as many inputs, less than half as many lags",
            T, len(inputs), lags)  # fmt: skip
    A = np.column_stack([states[lags:], np.ones(T - lags)])
    targets = np.column_stack([inputs[lags - k : T - k] for k in range(lags)])
    half = len(A) // 2
    probes = np.linalg.lstsq(A[:half], targets[:half], rcond=None)[0]
    missed = np.mean((targets[half:] - A[half:] @ probes) ** 2, axis=0)
    return 1 - missed / np.var(targets[half:], axis=0)


def linear_recall(W: np.ndarray, u: np.ndarray, lags: int) -> np.ndarray:
    r"""The same for the linear state :math:`h_t=Wh_{t-1}+u\,x_t` and white inputs, exactly.

    .. math:: R^2_k=(W^ku)^\top\Sigma^{-1}W^ku,\qquad \Sigma=W\Sigma W^\top+uu^\top

    Parameters
    ----------
    W : (n, n) with all eigenvalues inside the unit circle; u : (n,).

    Raises
    ------
    ValueError
        If an eigenvalue has modulus 1 or more: the state then has no stationary covariance.
    """
    radius = np.abs(np.linalg.eigvals(W)).max()
    require(radius < 1, "linear_recall: W has an eigenvalue of modulus {:.3f}, expected less than 1", radius)
    Sigma, v, recall = solve_discrete_lyapunov(W, np.outer(u, u)), u, []
    for _ in range(lags):
        recall.append(v @ np.linalg.solve(Sigma, v))
        v = W @ v
    return np.array(recall)
