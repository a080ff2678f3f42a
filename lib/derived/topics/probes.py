"""What the layers of a network make of its inputs, and whether a line could separate it."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.nn import Linear, Sequential
from derived.tensor import no_grad

__all__ = ["directions_that_never_fall", "linear_probe", "representations"]


def representations(model: Sequential, X: np.ndarray) -> list[np.ndarray]:
    r"""The inputs and what each layer makes of them, :math:`a^{[0]}, a^{[1]}, \dots, a^{[L]}`.

    Parameters
    ----------
    model : Sequential of Linear layers, each followed by activations or nothing.
    X : (N, n_0) array.

    Returns
    -------
    L + 1 arrays of shape (N, n_l); the last is the output.
    """
    values = [np.asarray(X)]
    ends = [k for k in range(1, len(model)) if isinstance(model[k], Linear)] + [len(model)]
    start = 0
    with no_grad():
        for end in ends:
            values.append(model[start:end](values[-1]).data)
            start = end
    return values


def linear_probe(X: np.ndarray, y: np.ndarray) -> float:
    """Accuracy on `X` of a logistic regression fitted to `X`: how far a linear classifier gets with these features.

    The features are standardised and the L2 penalty is negligible (C = 1e4), so that the probe's optimum exists even
    where the classes are separable.

    Parameters
    ----------
    X : (N, d) array.
    y : (N,) class indices.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
    require(X.ndim == 2 and y.shape == X.shape[:1],
            f"linear_probe: X has shape {X.shape}, y {y.shape}, expected (N, d) and (N,)")  # fmt: skip
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=1e4, max_iter=5000))
    return float(probe.fit(X, y).score(X, y))


def directions_that_never_fall(W: np.ndarray, v: np.ndarray) -> np.ndarray:
    r"""A unit vector d along which :math:`x \mapsto \sum_j v_j\,\phi(w_j^\top x + b_j)` never falls, :math:`m \le n`.

    For non-decreasing :math:`\phi` it is enough that :math:`v_j\, w_j^\top d \ge 0` for each unit j. If the rows are
    independent, solve :math:`w_j^\top d = \mathrm{sign}\, v_j`; otherwise some d is orthogonal to all of them.

    Parameters
    ----------
    W : (m, n) array of incoming weights, at most as many units as inputs.
    v : (m,) array of outgoing weights.

    Returns
    -------
    (n,) array of length 1.

    Raises
    ------
    ValueError
        if there are more units than inputs: then there need not be such a direction.
    """
    W, v = np.asarray(W, dtype=np.float64), np.asarray(v, dtype=np.float64)
    m, n = W.shape
    require(m <= n, f"directions_that_never_fall: W has {m} units and {n} inputs, expected at most as many units")
    _, singular, rows = np.linalg.svd(W)
    if m < n or singular[-1] <= 1e-12 * max(singular[0], 1e-300):
        return rows[-1]
    d = np.linalg.solve(W, np.where(v >= 0, 1.0, -1.0))
    return d / np.linalg.norm(d)
