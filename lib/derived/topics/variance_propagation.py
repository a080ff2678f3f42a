r"""How large activations and gradients are, layer by layer: measured in a network, and predicted before it exists.

Layer l has :math:`n_l` units, weights of mean 0 and variance :math:`v_l`, and biases 0. The mean squares
:math:`q_l=\frac1{n_l}\mathbb E\lVert a^{[l]}\rVert^2` of its activations and
:math:`d_l=\frac1{n_l}\mathbb E\lVert\delta^{[l]}\rVert^2` of its error terms obey

.. math:: s_l=n_{l-1}v_l\,q_{l-1},\qquad q_l=\mathbb E\,\phi(\sqrt{s_l}\,g)^2,\qquad
    d_l=n_{l+1}v_{l+1}\,\mathbb E\,\phi'(\sqrt{s_l}\,g)^2\,d_{l+1},\qquad g\sim N(0,1),

exactly for ReLU and linear layers, and for other activations in the limit of wide layers.
Sources: K. He, X. Zhang, S. Ren and J. Sun, ICCV 2015, section 2.2; B. Poole et al., NIPS 2016; S. S. Schoenholz,
J. Gilmer, S. Ganguli and J. Sohl-Dickstein, ICLR 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from derived import nn, ops
from derived.arguments import one_of, require
from derived.topics import backprop

__all__ = ["Sizes", "gaussian_moments", "measure", "predict", "sample", "saturated_share", "saturation_point"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_FAR = 12.0  # beyond it the normal density is below 1e-31


@dataclass(frozen=True)
class Sizes:
    r"""Mean squares in a network of L affine maps; arrays whose last axis counts layers.

    Attributes
    ----------
    a : (…, L + 1) :math:`q_0,\dots,q_L`: inputs, activations of the hidden layers, outputs.
    delta : (…, L) :math:`d_1,\dots,d_L`: gradients in the pre-activations.
    weight : (…, L) mean of :math:`\lVert\delta^{[l]}a^{[l-1]\top}\rVert_F^2`, the squared gradient in
        :math:`W^{[l]}` of one example.
    """

    a: np.ndarray
    delta: np.ndarray
    weight: np.ndarray


def measure(model: nn.Sequential, X: np.ndarray, G: np.ndarray) -> Sizes:
    """The sizes in a network, averaged over the examples.

    Parameters
    ----------
    model : affine maps and activations one after the other, the last one affine, such as :class:`derived.nn.MLP`.
    X : (N, n_0) inputs.
    G : (N, n_L) gradient of each example's loss in the output.
    """
    output, kept = backprop.forward(backprop.layers(model), X)
    require(np.shape(G) == output.shape, "measure: G has shape {}, expected {}", np.shape(G), output.shape)
    deltas = backprop.backward(kept, G)[2]
    return _sizes([*(layer.A for layer in kept), output], deltas)


def _sizes(activations: list[np.ndarray], deltas: list[np.ndarray]) -> Sizes:
    """From arrays (..., N, n_l): squares are added over units, then averaged over the N examples."""
    squares = lambda arrays: np.stack([np.sum(A.astype(np.float64) ** 2, axis=-1) for A in arrays], axis=-1)
    a, delta = squares(activations), squares(deltas)
    units = np.array([A.shape[-1] for A in activations])
    return Sizes(a.mean(axis=-2) / units, delta.mean(axis=-2) / units[1:], (delta * a[..., :-1]).mean(axis=-2))


def sample(count: int, widths: Sequence[int], activation: str = "relu", *, init: Callable, X: np.ndarray,
           G: np.ndarray, rng: np.random.Generator) -> Sizes:  # fmt: skip
    """:func:`measure` for `count` networks with weights drawn by `init`, side by side in float64.

    Returns
    -------
    Sizes with arrays (count, L + 1) and (count, L).
    """
    require(count >= 1, "sample: count is {}, expected at least 1", count)
    rule = getattr(ops, one_of("sample", "activation", activation, ops.__all__)).rule
    pairs = list(zip(widths[:-1], widths[1:], strict=True))
    draws = [[init((m, n), rng, np.float64) for n, m in pairs] for _ in range(count)]
    weights = [np.stack(layer) for layer in zip(*draws, strict=True)]
    A, pulls = [np.broadcast_to(X, (count, *np.shape(X)))], []
    for l, W in enumerate(weights):
        Z = A[-1] @ W.transpose(0, 2, 1)
        value, pull = rule(Z) if l < len(weights) - 1 else (Z, None)
        A.append(value)
        pulls.append(pull)
    deltas = [np.broadcast_to(G, A[-1].shape)]
    for W, pull in zip(weights[:0:-1], pulls[-2::-1], strict=True):
        deltas.insert(0, pull(deltas[0] @ W))
    return _sizes(A, deltas)


def gaussian_moments(activation: str, s: float) -> tuple[float, float]:
    r""":math:`\mathbb E\,\phi(z)^2` and :math:`\mathbb E\,\phi'(z)^2` for :math:`z\sim N(0,s)`.

    By Gauss-Legendre quadrature on each side of 0, where a kink may be.
    """
    require(s >= 0, "gaussian_moments: s is {}, expected a number >= 0", s)
    rule = getattr(ops, one_of("gaussian_moments", "activation", activation, ops.__all__)).rule
    g = np.concatenate([(_NODES - 1) * _FAR / 2, (_NODES + 1) * _FAR / 2])
    density = np.tile(_WEIGHTS, 2) * _FAR / 2 * np.exp(-(g**2) / 2) / np.sqrt(2 * np.pi)
    value, pull = rule(np.sqrt(s) * g)
    return float(density @ value**2), float(density @ pull(np.ones_like(g)) ** 2)


def predict(activation: str, widths: Sequence[int], variances: Sequence[float], q0: float = 1.0,
            d_out: float = 1.0) -> Sizes:  # fmt: skip
    r"""The sizes that the formulas above predict.

    Parameters
    ----------
    activation : name of :math:`\phi`; the output is affine.
    widths : :math:`n_0,\dots,n_L`.
    variances : :math:`v_1,\dots,v_L`.
    q0, d_out : mean squares of the inputs and of the gradient in the outputs.
    """
    n, v, L = list(widths), list(variances), len(variances)
    require(len(n) == L + 1 >= 2, "predict: {} widths and {} variances, expected one width more", len(n), L)
    a, slopes = [q0], []
    for l in range(L):
        s = n[l] * v[l] * a[-1]
        value, slope = gaussian_moments(activation if l < L - 1 else "identity", s)
        a.append(value)
        slopes.append(slope)
    delta = [d_out]
    for l in range(L - 2, -1, -1):
        delta.insert(0, n[l + 2] * v[l + 1] * slopes[l] * delta[0])
    a, delta = np.array(a), np.array(delta)
    return Sizes(a, delta, delta * n[1:] * a[:-1] * n[:-1])


def saturation_point(activation: str, share: float = 0.05) -> float:
    r"""The :math:`c` beyond which the slope is below `share` of its largest value: :math:`|z|>c`.

    tanh: :math:`1-\tanh^2c` is the share, so :math:`c=\operatorname{artanh}\sqrt{1-\text{share}}`; the sigmoid is a
    tanh of :math:`z/2`, so its :math:`c` is twice that.
    """
    factor = {"tanh": 1.0, "sigmoid": 2.0}
    require(0 < share < 1, "saturation_point: share is {}, expected a number between 0 and 1", share)
    return factor[one_of("saturation_point", "activation", activation, factor)] * float(np.arctanh(np.sqrt(1 - share)))


def saturated_share(activation: str, s: np.ndarray | float, share: float = 0.05) -> np.ndarray:
    r""":math:`2\Phi(-c/\sqrt s)`: which part of units with :math:`z\sim N(0,s)` is saturated (:math:`s>0`)."""
    return 2 * ndtr(-saturation_point(activation, share) / np.sqrt(s))
