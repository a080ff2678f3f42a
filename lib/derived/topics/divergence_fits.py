"""One Gaussian fitted to a density with two modes, under three divergences: what each of them forgives."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from derived.arguments import one_of, require
from derived.topics.distributions import normal_logpdf

__all__ = ["KINDS", "best_gaussian", "bimodal_logpdf", "divergence", "line_grid", "local_gaussians"]

KINDS = ("forward KL", "reverse KL", "JS")


def line_grid(half_width: float = 12.0, n: int = 2401) -> np.ndarray:
    """Equidistant points on which densities are integrated, (n,)."""
    return np.linspace(-half_width, half_width, n)


def bimodal_logpdf(x: np.ndarray, separation: float, weight: float = 0.6, std: float = 0.6) -> np.ndarray:
    r"""Log density of :math:`\pi\,\mathcal N(-\frac s2,\sigma^2)+(1-\pi)\,\mathcal N(\frac s2,\sigma^2)`.

    ``separation`` is s, the distance of the two means, ``weight`` :math:`\pi` that of the left one.
    """
    require(0 < weight < 1, "bimodal_logpdf: weight is {}, expected a number in (0, 1)", weight)
    left, right = normal_logpdf(x, -separation / 2, std), normal_logpdf(x, separation / 2, std)
    return np.logaddexp(np.log(weight) + left, np.log1p(-weight) + right)


def divergence(kind: str, logp: np.ndarray, logq: np.ndarray, x: np.ndarray) -> float:
    r"""Divergence of two densities given by their logarithms on an equidistant grid x, all (n,).

    .. math:: KL(p\Vert q)=\int p\log\frac pq,\qquad KL(q\Vert p)=\int q\log\frac qp,\qquad
       JS=\tfrac12KL(p\Vert m)+\tfrac12KL(q\Vert m),\quad m=\tfrac12(p+q)

    in this order for ``"forward KL"``, ``"reverse KL"`` and ``"JS"``; p is the truth, q the model. Sums times the
    spacing: for smooth densities that vanish at both ends the error is far below 1e-8.
    """
    one_of("divergence", "kind", kind, KINDS)
    kl = lambda a, b: float(np.sum(np.exp(a) * (a - b)) * (x[1] - x[0]))
    if kind == "forward KL":
        return kl(logp, logq)
    if kind == "reverse KL":
        return kl(logq, logp)
    logm = np.logaddexp(logp, logq) - np.log(2)
    return (kl(logp, logm) + kl(logq, logm)) / 2


def local_gaussians(kind: str, logp: np.ndarray, x: np.ndarray, starts: list[tuple]) -> list[tuple]:
    """Gaussians at which descent of the divergence ends: (divergence, mean, std), best first.

    ``starts`` are pairs of a mean and a standard deviation. The simplex method of Nelder and Mead on the mean and the
    logarithm of the standard deviation; ends closer than 1e-3 are the same one.
    """
    score = lambda v: divergence(kind, logp, normal_logpdf(x, v[0], np.exp(np.clip(v[1], -4, 3))), x)
    ends = []
    for mean, std in starts:
        found = minimize(score, (mean, np.log(std)), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10})
        ends.append((float(found.fun), float(found.x[0]), float(np.exp(found.x[1]))))
    different: list[tuple] = []
    for end in sorted(ends):
        if all(abs(end[1] - known[1]) + abs(end[2] - known[2]) > 1e-3 for known in different):
            different.append(end)
    return different


def best_gaussian(kind: str, logp: np.ndarray, x: np.ndarray) -> tuple[float, float, float]:
    """The best Gaussian (divergence, mean, std), searched from three starts: left, right, and all with p's moments."""
    p = np.exp(logp) * (x[1] - x[0])
    mean = float(np.sum(p * x))
    std = float(np.sqrt(np.sum(p * (x - mean) ** 2)))
    return local_gaussians(kind, logp, x, [(mean - std, std / 2), (mean + std, std / 2), (mean, std)])[0]
