r"""How Jacobians shrink through layers of saturating units, and where a single steep sigmoid does not shrink them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import logit

from derived.arguments import require

__all__ = ["jacobian_norms", "random_rotations", "slope_window"]


def random_rotations(width: int, depth: int, rng: np.random.Generator) -> list[np.ndarray]:
    """``depth`` random orthogonal matrices (width, width): all singular values are 1, so only slopes can shrink."""
    return [np.linalg.qr(rng.standard_normal((width, width)))[0] for _ in range(depth)]


def jacobian_norms(phi: Callable, weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    r"""Spectral norms :math:`\lVert\partial a^{[l]}/\partial a^{[0]}\rVert_2` for l = 1, …, L.

    .. math:: a^{[l]}=\phi(W^{[l]}a^{[l-1]}),\qquad
        \frac{\partial a^{[l]}}{\partial a^{[0]}}=\mathrm{diag}(\phi'(z^{[l]}))\,W^{[l]}\,
        \frac{\partial a^{[l-1]}}{\partial a^{[0]}}

    Parameters
    ----------
    phi : a primitive of :mod:`derived.ops` that acts on each entry.
    weights : matrices (n_l, n_{l-1}), first layer first; there are no biases.
    x : (n_0,) input :math:`a^{[0]}`.

    Returns
    -------
    (L,) array.

    Raises
    ------
    ValueError
        if the first matrix does not fit ``x``.
    """
    first = weights[0].shape
    require(first[1] == len(x), "jacobian_norms: x has {} entries, the first weight shape {}", len(x), first)
    J, norms = np.eye(len(x)), []
    for W in weights:
        z = W @ x
        x, pull = phi.rule(z)
        J = pull(np.ones_like(z))[:, None] * (W @ J)
        norms.append(np.linalg.norm(J, 2))
    return np.array(norms)


def slope_window(w: np.ndarray) -> np.ndarray:
    r"""Length of the interval of inputs a on which :math:`|w|\,\sigma'(wa+b)\ge1`.

    .. math:: \frac2{|w|}\log\frac{s}{1-s},\qquad s=\tfrac12\bigl(1+\sqrt{1-4/|w|}\bigr)

    Parameters
    ----------
    w : weights, any shape.

    Returns
    -------
    float64 of that shape; 0 for :math:`|w|\le4`, where the slope is below 1 except perhaps at one point.
    """
    w = np.maximum(np.abs(np.asarray(w, dtype=np.float64)), 4)
    return 2 / w * logit((1 + np.sqrt(1 - 4 / w)) / 2)
