r"""Barron's theorem: networks drawn at random whose squared error falls like 1/m in every dimension."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, sqrt

import numpy as np

from derived.arguments import require

__all__ = ["ThresholdNetwork", "bump", "bump_constant", "greedy_fit", "sample_network", "uniform_ball"]


@dataclass(frozen=True)
class ThresholdNetwork:
    r""":math:`f_m(x)=\beta_0+\sum_{j=1}^m\beta_jH(\theta_j\cdot x+b_j)` with the step H (H(0) = 1).

    Attributes
    ----------
    theta, b, beta, beta0 : (m, n), (m,), (m,) and a number.
    """

    theta: np.ndarray
    b: np.ndarray
    beta: np.ndarray
    beta0: float

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """(N, n) points to (N,) values."""
        return self.beta0 + (X @ self.theta.T + self.b >= 0) @ self.beta


def bump(X: np.ndarray) -> np.ndarray:
    r"""The bump :math:`g(x)=e^{-\lVert x\rVert^2/2}` at the rows of X (N, n)."""
    return np.exp(-np.sum(np.asarray(X, dtype=np.float64) ** 2, axis=1) / 2)


def bump_constant(n: int) -> float:
    r"""Barron's constant of the bump, :math:`C_g=E\lVert\omega\rVert=\sqrt2\,\Gamma(\frac{n+1}2)/\Gamma(\frac n2)`.

    :math:`\hat g` is the density of the standard normal distribution of :math:`\omega` on :math:`\mathbb R^n`.
    """
    require(n >= 1, "bump_constant: n is {}, expected at least 1", n)
    return sqrt(2) * exp(lgamma((n + 1) / 2) - lgamma(n / 2))


def uniform_ball(N: int, n: int, r: float, rng: np.random.Generator) -> np.ndarray:
    """N points (N, n), uniformly distributed in the ball of radius r."""
    return r * _directions(N, n, rng) * rng.random((N, 1)) ** (1 / n)


def sample_network(n: int, m: int, r: float, rng: np.random.Generator, *, tilted: bool = True) -> ThresholdNetwork:
    r"""m units drawn as in the proof of Barron's theorem, for the bump on the ball of radius r.

    .. math:: f_m(x) = 1-\frac1m\sum_{j=1}^{m}\frac{2r\lVert\omega_j\rVert}{\rho(\omega_j)}\,\sin t_j\,
              H(s_j\omega_j\cdot x-t_j),\qquad t_j\sim U[0,r\lVert\omega_j\rVert],\quad s_j=\pm1

    Parameters
    ----------
    n, m, r : dimension, number of units, radius.
    tilted : True draws :math:`\omega` with density proportional to :math:`\lVert\omega\rVert\hat g(\omega)`, that is
        :math:`\rho=\lVert\omega\rVert/C_g`: a chi variable with n + 1 degrees of freedom times a random direction;
        False draws it from :math:`\hat g` itself, the standard normal distribution, :math:`\rho=1`.

    Returns
    -------
    A network whose mean over draws is the bump on the ball.
    """
    require(m >= 1 and r > 0, "sample_network: m is {}, r is {}, expected m >= 1 and r > 0", m, r)
    length = np.sqrt(rng.chisquare(n + tilted, size=m))
    omega = length[:, None] * _directions(m, n, rng)
    t, sign = rng.random(m) * length * r, rng.choice([-1.0, 1.0], size=m)
    mass = 2 * r * (bump_constant(n) if tilted else length)
    return ThresholdNetwork(sign[:, None] * omega, -t, -mass * np.sin(t) / m, 1.0)


def greedy_fit(X: np.ndarray, y: np.ndarray, pool: ThresholdNetwork, m: int) -> list[ThresholdNetwork]:
    """Units picked from a pool one after the other, each time the one most correlated with the residual.

    After each choice all output weights are refitted by least squares (orthogonal matching pursuit).

    Parameters
    ----------
    X, y : (N, n) points and (N,) values.
    pool : its units are the candidates; their output weights are not used.
    m : how many to pick.

    Returns
    -------
    m networks, with 1 to m units.
    """
    require(1 <= m <= len(pool.b), "greedy_fit: m is {}, expected 1 to {}, the size of the pool", m, len(pool.b))
    H = (X @ pool.theta.T + pool.b >= 0).astype(np.float64)
    centred = H - H.mean(axis=0)
    norms = np.linalg.norm(centred, axis=0)
    picked, networks, residual = [], [], y - y.mean()
    for _ in range(m):
        gain = np.divide(np.abs(residual @ centred), norms, out=np.zeros_like(norms), where=norms > 1e-9)
        gain[picked] = -1
        picked.append(int(gain.argmax()))
        A = np.column_stack([np.ones(len(X)), H[:, picked]])
        beta = np.linalg.lstsq(A, y)[0]
        residual = y - A @ beta
        networks.append(ThresholdNetwork(pool.theta[picked], pool.b[picked], beta[1:], float(beta[0])))
    return networks


def _directions(N: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """N unit vectors in n dimensions, uniformly distributed."""
    z = rng.standard_normal((N, n))
    return z / np.linalg.norm(z, axis=1, keepdims=True)
