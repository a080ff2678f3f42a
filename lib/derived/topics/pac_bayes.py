"""Bounds for randomised classifiers: Donsker-Varadhan, the lemma behind PAC-Bayes, McAllester's and Maurer's forms."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp, xlogy
from scipy.stats import binom

from derived.arguments import require

__all__ = [
    "binary_kl",
    "binary_kl_inverse",
    "maurer_bound",
    "maurer_constant",
    "mcallester_bound",
    "sampled_risk",
    "threshold_risks",
    "tilted",
    "worst_margin",
]


def tilted(p: np.ndarray, phi: np.ndarray) -> np.ndarray:
    r"""The distribution :math:`q_i\propto p_ie^{\phi_i}`, at which Donsker and Varadhan's inequality is an equality.

    Parameters
    ----------
    p : (..., m) probabilities.
    phi : real numbers of a shape that broadcasts with that of `p`.
    """
    with np.errstate(divide="ignore"):
        scores = np.log(np.asarray(p, dtype=np.float64)) + phi
    return np.exp(scores - logsumexp(scores, axis=-1, keepdims=True))


def binary_kl(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    r""":math:`\mathrm{kl}(a\Vert b)=a\log\frac ab+(1-a)\log\frac{1-a}{1-b}` of two coins, elementwise on [0, 1]."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    for name, value in (("a", a), ("b", b)):
        inside = bool(np.all((value >= 0) & (value <= 1)))
        require(inside, "binary_kl: {} has values outside [0, 1], expected probabilities", name)
    with np.errstate(divide="ignore"):
        return xlogy(a, a) - xlogy(a, b) + xlogy(1 - a, 1 - a) - xlogy(1 - a, 1 - b)


def binary_kl_inverse(a: np.ndarray, budget: np.ndarray) -> np.ndarray:
    r"""The largest b with :math:`\mathrm{kl}(a\Vert b)\le` `budget`, by bisection, elementwise.

    Parameters
    ----------
    a : measured rates in [0, 1].
    budget : numbers >= 0.
    """
    a, budget = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(budget, dtype=np.float64))
    require(bool(np.all(budget >= 0)), "binary_kl_inverse: budget is {}, expected numbers >= 0", budget.min(initial=0))
    low, high = a.copy(), np.ones_like(a)
    for _ in range(60):
        middle = (low + high) / 2
        fits = binary_kl(a, middle) <= budget
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return high


def maurer_constant(n: int) -> float:
    r""":math:`\zeta(n)=\sum_{k=0}^n\binom nk\bigl(\tfrac kn\bigr)^k\bigl(1-\tfrac kn\bigr)^{n-k}`, at most
    :math:`2\sqrt n`.

    It is :math:`E\,e^{n\,\mathrm{kl}(\hat R\Vert R)}` for the mean :math:`\hat R` of n tosses of a coin, whatever its
    :math:`R\in(0,1)`. Maurer (2004).
    """
    require(n >= 1, "maurer_constant: n is {}, expected at least one example", n)
    k = np.arange(n + 1)
    return float(np.sum(binom.pmf(k, n, k / n)))


def mcallester_bound(risk: np.ndarray, kl: np.ndarray, n: int, delta: float) -> np.ndarray:
    r"""McAllester's bound, :math:`\hat R(Q)+\sqrt{\frac{KL(Q\Vert P)+\ln\frac{2\sqrt n}\delta}{2n}}`.

    Parameters
    ----------
    risk : mean training loss of the randomised classifier, losses in [0, 1].
    kl : divergence of Q from a prior P that does not depend on the n examples.
    n : number of examples.
    delta : probability of failure, in (0, 1).
    """
    return np.asarray(risk) + np.sqrt(_complexity("mcallester_bound", kl, n, delta) / 2)


def maurer_bound(risk: np.ndarray, kl: np.ndarray, n: int, delta: float) -> np.ndarray:
    r"""Maurer's bound: the largest R with :math:`\mathrm{kl}(\hat R(Q)\Vert R)\le\frac{KL+\ln(2\sqrt n/\delta)}n`.

    Never above McAllester's, far below it where the training error is small; arguments as there.
    """
    return binary_kl_inverse(risk, _complexity("maurer_bound", kl, n, delta))


def sampled_risk(mean: np.ndarray, draws: int, delta: float) -> np.ndarray:
    r"""Upper bound on :math:`\hat R(Q)` from the mean error of `draws` networks drawn from Q, wrong with probability
    at most `delta`: the largest R with :math:`\mathrm{kl}(\text{mean}\Vert R)\le\frac1{\text{draws}}\ln\frac1\delta`.

    This is Chernoff's bound, which holds for losses in [0, 1].
    """
    require(draws >= 1 and 0 < delta < 1, "sampled_risk: draws is {}, delta {}, expected >= 1 and in (0, 1)", draws,
            delta)  # fmt: skip
    return binary_kl_inverse(mean, np.log(1 / delta) / draws)


def threshold_risks(n: int, size: int, trials: int, noise: float, *,
                    rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Risks and training errors of the thresholds :math:`a_k=\frac{k}{size-1}` on uniform x, noisy labels.

    :math:`y=\mathbb 1[x>\frac12]` turned round with probability `noise`.

    Returns
    -------
    R (size,) and its estimates (trials, size), each row from n examples.
    """
    require(size >= 2, "threshold_risks: size is {}, expected at least two thresholds", size)
    a = np.linspace(0, 1, size)
    counts = rng.multinomial(n, np.full(size - 1, 1 / (size - 1)), size=trials)
    left = np.clip((0.5 - a[:-1]) * (size - 1), 0, 1)  # share of the cell in which the clean label is 0
    chance = (1 - noise) * (1 - left) + noise * left
    ones = rng.binomial(counts, chance)
    pad = np.zeros((trials, 1), dtype=int)
    below = np.cumsum(np.hstack([pad, ones]), axis=1)
    above = np.cumsum(np.hstack([pad, (counts - ones)[:, ::-1]]), axis=1)[:, ::-1]
    return noise + (1 - 2 * noise) * np.abs(a - 0.5), (below + above) / n


def worst_margin(gap: np.ndarray, p: np.ndarray, n: int) -> np.ndarray:
    r""":math:`\sup_Q\{2n(E_Q\Delta)^2-KL(Q\Vert P):E_Q\Delta\ge0\}` for :math:`\Delta=R-\hat R`, all Q at once.

    McAllester's bound fails for some Q exactly where this exceeds :math:`\ln(2\sqrt n/\delta)`. For a given mean
    :math:`E_Q\Delta` the divergence is least for some :math:`Q\propto Pe^{\beta\Delta}`, so one number
    :math:`\beta\ge0` is searched: on a grid, from 0 to 8n.

    Parameters
    ----------
    gap : (..., m) the :math:`\Delta` of m classifiers.
    p : (m,) prior.
    n : number of examples.
    """
    gap = np.asarray(gap, dtype=np.float64)
    top, best = gap.max(axis=-1, keepdims=True), np.full(gap.shape[:-1], -np.inf)
    for beta in np.r_[0.0, n * np.geomspace(0.02, 8, 32)]:
        q = np.exp(beta * (gap - top))  # times p and divided by its sum: tilted(p, beta * gap)
        total = q @ p
        mean = np.einsum("...i,...i,i", q, gap, p) / total
        divergence = beta * (mean - top[..., 0]) - np.log(total)
        best = np.maximum(best, np.where(mean >= 0, 2 * n * mean**2 - divergence, -np.inf))
    return best


def _complexity(where: str, kl: np.ndarray, n: int, delta: float) -> np.ndarray:
    require(n >= 1, "{}: n is {}, expected at least one example", where, n)
    require(0 < delta < 1, "{}: delta is {}, expected a probability between 0 and 1", where, delta)
    kl = np.asarray(kl, dtype=np.float64)
    require(bool(np.all(kl >= 0)), "{}: kl is {}, expected numbers >= 0", where, kl.min(initial=0))
    return (kl + np.log(2 * np.sqrt(n) / delta)) / n
