r"""Ridge functions :math:`\phi(\theta\cdot x)`: monomials from them, and networks with one hidden layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import comb, factorial

import numpy as np

from derived import nn
from derived.arguments import require, require_finite
from derived.topics import ridge_regression

__all__ = ["difference_network", "lift", "network", "polarisation", "random_fit"]


def network(theta: np.ndarray, b: np.ndarray, beta: np.ndarray, beta0: float | np.ndarray = 0.0,
            activation: str | nn.Module = "relu") -> nn.Sequential:  # fmt: skip
    r"""The network with one hidden layer, :math:`x\mapsto\beta_0+\sum_{j=1}^m\beta_j\,\sigma(\theta_j\cdot x+b_j)`.

    Parameters
    ----------
    theta, b : (m, n) weights and (m,) biases of the hidden units.
    beta : (m,) output weights, or (K, m) for K outputs.
    beta0 : output bias, a number or (K,).
    activation : :math:`\sigma`, a module or the name of one.

    Returns
    -------
    float64 ``Sequential(Linear, activation, Linear)`` from (N, n) to (N, K).
    """
    theta, beta = np.asarray(theta, dtype=np.float64), np.atleast_2d(np.asarray(beta, dtype=np.float64))
    require(theta.ndim == 2 and theta.size > 0, "network: theta has shape {}, expected (m, n)", theta.shape)
    require(np.shape(b) == (len(theta),) and beta.shape[1] == len(theta),
            "network: b has shape {}, beta {}, expected {} hidden units", np.shape(b), beta.shape,
            len(theta))  # fmt: skip
    rng = np.random.default_rng(0)  # the layers want one, although their weights are replaced
    act = nn.activation(activation) if isinstance(activation, str) else activation
    model = nn.Sequential(nn.Linear(theta.shape[1], len(theta), rng=rng, dtype=np.float64), act,
                          nn.Linear(len(theta), len(beta), rng=rng, dtype=np.float64))  # fmt: skip
    head_bias = np.broadcast_to(np.asarray(beta0, dtype=np.float64), len(beta))
    model.load_state_dict({"0.weight": theta, "0.bias": np.asarray(b), "2.weight": beta, "2.bias": head_bias})
    return model


def polarisation(exponents: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    r"""Write a monomial of degree d as a sum of d-th powers of linear forms.

    .. math:: x^\alpha = \sum_{0\le s\le\alpha} c_s\,(s\cdot x)^d,\qquad
              c_s = \frac{(-1)^{d-|s|}}{d!}\prod_i\binom{\alpha_i}{s_i},\qquad d=|\alpha|

    Parameters
    ----------
    exponents : (n,) the exponents :math:`\alpha`, of sum d >= 1.

    Returns
    -------
    c (T,), s (T, n) : coefficients and directions, without the direction 0.
    """
    alpha = np.asarray(exponents)
    require(alpha.ndim == 1 and alpha.dtype.kind in "iu" and alpha.min(initial=0) >= 0 and alpha.sum() >= 1,
            "polarisation: exponents is {}, expected non-negative integers of sum 1 or more", exponents)  # fmt: skip
    d = int(alpha.sum())
    s = np.array([t for t in product(*(range(a + 1) for a in alpha)) if any(t)])
    counts = [np.prod([comb(a, t) for a, t in zip(alpha, row, strict=True)]) for row in s]
    return (-1.0) ** (d - s.sum(axis=1)) * np.array(counts, dtype=np.float64) / factorial(d), s


def lift(directions: np.ndarray, networks: Sequence[nn.Sequential]) -> nn.Sequential:
    r"""One network on :math:`\mathbb R^n` that computes :math:`\sum_iF_i(\theta_i\cdot x)`.

    The unit :math:`\sigma(wt+b)` of :math:`F_i`, with :math:`t=\theta_i\cdot x`, is the unit
    :math:`\sigma((w\theta_i)\cdot x+b)`.

    Parameters
    ----------
    directions : (T, n) the :math:`\theta_i`.
    networks : T networks 1-m_i-1 with the same activation.

    Returns
    -------
    float64 network n-(m_1+...+m_T)-1.
    """
    directions = np.asarray(directions, dtype=np.float64)
    require(directions.ndim == 2 and len(directions) == len(networks) > 0,
            "lift: directions has shape {}, expected ({}, n)", directions.shape, len(networks))  # fmt: skip
    kinds = {type(net[1]).__name__ for net in networks}
    require(len(kinds) == 1, "lift: the networks have activations {}, expected one", sorted(kinds))
    weights = np.vstack([net[0].weight.data * theta for net, theta in zip(networks, directions, strict=True)])
    biases = np.concatenate([net[0].bias.data for net in networks])
    beta = np.hstack([net[2].weight.data for net in networks])
    return network(weights, biases, beta, sum(net[2].bias.data for net in networks), networks[0][1])


def difference_network(k: int, h: float, b: float, activation: str = "tanh") -> nn.Sequential:
    r"""k + 1 units that approach the monomial :math:`\sigma^{(k)}(b)\,x^k` as h tends to 0.

    .. math:: D_h(x) = h^{-k}\sum_{j=0}^{k}(-1)^{k-j}\binom kj\,\sigma(jhx+b)

    Parameters
    ----------
    k : degree, at least 1.
    h : step; for tiny h the rounding of the sum is magnified by :math:`h^{-k}`.
    b : bias of all units.
    activation : name of :math:`\sigma`.
    """
    require(k >= 1, "difference_network: k is {}, expected at least 1", k)
    require(h != 0, "difference_network: h is 0")
    j = np.arange(k + 1)
    signs = np.array([(-1.0) ** (k - i) * comb(k, i) for i in j])
    return network(h * j[:, None], np.full(k + 1, float(b)), signs / h**k, 0.0, activation)


def random_fit(X: np.ndarray, Y: np.ndarray, width: int, activation: str = "relu", *, rng: np.random.Generator,
               scale: float = 1.0, shift: float = 1.0, ridge: float = 0.0) -> nn.Sequential:  # fmt: skip
    r"""A network whose hidden layer is drawn and whose output layer is fitted by least squares.

    Hidden weights are :math:`N(0,\mathrm{scale}^2)`, biases uniform in [-shift, shift]; the head minimises
    :math:`\lVert HV^\top+c-Y\rVert^2+\mathrm{ridge}\lVert V\rVert^2`.

    Parameters
    ----------
    X, Y : (N, n) inputs and (N, K) targets.
    width : hidden units.
    activation : name of a module's activation.

    Returns
    -------
    float64 network n-width-K.
    """
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    require(X.ndim == Y.ndim == 2 and len(X) == len(Y) > 0,
            "random_fit: X has shape {}, Y has shape {}, expected (N, n) and (N, K)", X.shape, Y.shape)  # fmt: skip
    require(width >= 1 and ridge >= 0, "random_fit: width is {}, ridge is {}, expected >= 1 and >= 0", width, ridge)
    require_finite("random_fit", "Y", Y)
    theta, b = scale * rng.standard_normal((width, X.shape[1])), rng.uniform(-shift, shift, width)
    model = network(theta, b, np.zeros((Y.shape[1], width)), 0.0, activation)
    V, outer = ridge_regression.ridge(model[:2](X).data, Y, ridge, "sum")
    return network(theta, b, V.T, outer, activation)
