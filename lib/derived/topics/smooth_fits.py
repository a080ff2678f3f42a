r"""Fits through all data points: how steep they are, and how steep a family of few functions has to be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn
from derived.arguments import require
from derived.topics.double_descent import minimum_norm, relu_features
from derived.topics.lipschitz import steepest_pair

__all__ = ["feature_fit", "fit_probability", "least_constant", "random_label_slopes", "steepest_found"]


def feature_fit(X: np.ndarray, y: np.ndarray, m: int, *, rng: np.random.Generator) -> nn.Sequential:
    r"""A network with one hidden layer of m ReLUs drawn at random, and the output weights of minimum norm.

    Parameters
    ----------
    X, y : (N, n) and (N,) in float64. The network goes through all points when m is large enough, N or a little more.
    rng : draws the rows of the first weight, uniform on the sphere, and standard normal biases.
    """
    require(m >= 1, "feature_fit: m is {}, expected at least 1", m)
    model = nn.MLP([X.shape[1], m, 1], rng=rng, dtype=np.float64)
    W = rng.standard_normal((m, X.shape[1]))
    first, last = model[0], model[2]
    first.weight.data = W / np.linalg.norm(W, axis=1, keepdims=True)
    first.bias.data = rng.standard_normal(m)
    last.weight.data = minimum_norm(relu_features(X, first.weight.data, first.bias.data), y[:, None])[0].T
    return model


def steepest_found(model: nn.Sequential, X: np.ndarray, between: int = 5) -> float:
    r"""Largest :math:`\|\nabla f\|` of a one-hidden-layer ReLU network on the segments between all pairs of rows of X.

    Parameters
    ----------
    model : as :func:`feature_fit` returns it.
    between : points on each segment, ends included. A lower bound of the Lipschitz constant.
    """
    i, j = np.triu_indices(len(X), 1)
    t = np.linspace(0, 1, between)[:, None, None]
    points = (X[i] * (1 - t) + X[j] * t).reshape(-1, X.shape[1])
    W, b, last = (p.data for p in model.parameters()[:3])
    gradients = ((points @ W.T + b > 0) * last) @ W
    return float(np.linalg.norm(gradients, axis=1).max())


def random_label_slopes(n: int, d: int, widths: Sequence[int], seed: int) -> tuple[float, list[float]]:
    r"""Least slope of any fit of n random labels, and the steepest found for :func:`feature_fit` at each width.

    Parameters
    ----------
    n, d : points :math:`\mathcal N(0,\frac1dI)`, the first half labelled +1 and the other -1.
    """
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)) / np.sqrt(d), np.repeat([1.0, -1.0], [n - n // 2, n // 2])
    return steepest_pair(X, y), [steepest_found(feature_fit(X, y, m, rng=rng), X, 3) for m in widths]


def fit_probability(n: int, d: int, constant: float, log_count: float) -> float:
    r"""Bound on the chance that one of :math:`e^{\text{log\_count}}` Lipschitz functions fits labels it never saw.

    .. math:: \min\bigl(1,\;|F|\,e^{-nd/4L^2}\bigr)

    Parameters
    ----------
    n, d : number of points, even and half of them labelled +1 and half -1, and their dimension; normal with variance
        1/d in each coordinate.
    constant : the Lipschitz constant L of all functions; a fit has :math:`y_if(x_i)\ge1` for all i.
    log_count : :math:`\log|F|`, such as :math:`32\,p\log2` for p parameters of 32 bits.
    """
    require(n % 2 == 0 and constant > 0, "fit_probability: n is {}, constant {}, expected even and > 0", n, constant)
    return float(np.exp(min(0.0, log_count - n * d / (4 * constant**2))))


def least_constant(n: int, d: int, log_count: float, chance: float = 0.01) -> float:
    r"""The L at which :func:`fit_probability` is ``chance``: :math:`\sqrt{nd/(4\log(|F|/\text{chance}))}`."""
    require(0 < chance < 1, "least_constant: chance is {}, expected 0 < chance < 1", chance)
    return float(np.sqrt(n * d / (4 * (log_count - np.log(chance)))))
