"""How far can an average stray? Markov, Chebyshev, Hoeffding, and how many examples they ask for."""

from __future__ import annotations

import math

import numpy as np

from derived.arguments import require

__all__ = ["chebyshev_bound", "hoeffding_bound", "hoeffding_sample_size", "markov_bound"]


def markov_bound(mean: float, a: np.ndarray) -> np.ndarray:
    r"""Markov: :math:`P(X\ge a)\le \mathbb E[X]/a` for :math:`X\ge0`, :math:`a>0`.

    Parameters
    ----------
    mean : :math:`\mathbb E[X]\ge0`.
    a : thresholds > 0, any shape.

    Returns
    -------
    float64 of the shape of ``a``; above 1 where the bound says nothing.
    """
    a = np.asarray(a, dtype=np.float64)
    require(mean >= 0, "markov_bound: mean is {}, expected >= 0: the variable must not be negative", mean)
    require(bool(np.all(a > 0)), "markov_bound: a has {}, expected thresholds > 0", a.min(initial=np.inf))
    return mean / a


def chebyshev_bound(variance: float, t: np.ndarray) -> np.ndarray:
    r"""Chebyshev: :math:`P(|X-\mathbb E X|\ge t)\le\mathrm{Var}(X)/t^2` for :math:`t>0`; shapes as in Markov's."""
    t = np.asarray(t, dtype=np.float64)
    require(variance >= 0, "chebyshev_bound: variance is {}, expected >= 0", variance)
    require(bool(np.all(t > 0)), "chebyshev_bound: t has {}, expected distances > 0", t.min(initial=np.inf))
    return variance / t**2


def hoeffding_bound(n: int, t: np.ndarray, width: float | np.ndarray = 1.0) -> np.ndarray:
    r"""Hoeffding's bound for the mean of independent bounded variables.

    .. math:: P(\bar Z-\mathbb E\bar Z\ge t)\le\exp\Bigl(-\frac{2n^2t^2}{\sum_{i=1}^n(b_i-a_i)^2}\Bigr)

    Parameters
    ----------
    n : number of variables.
    t : deviations >= 0 on one side, any shape; for either side double the bound.
    width : :math:`b_i-a_i`, one number for all or an array (n,).

    Returns
    -------
    float64 of the shape of ``t``.

    Notes
    -----
    Hoeffding (1963), theorem 2. For width 1 this is :math:`e^{-2nt^2}`.
    """
    t, width = np.asarray(t, dtype=np.float64), np.asarray(width, dtype=np.float64)
    require(n >= 1, "hoeffding_bound: n is {}, expected at least one variable", n)
    require(bool(np.all(t >= 0)), "hoeffding_bound: t has {}, expected deviations >= 0", t.min(initial=np.inf))
    require(width.shape in ((), (n,)), "hoeffding_bound: width has shape {}, expected () or ({},)", width.shape, n)
    require(bool(np.all(width > 0)), "hoeffding_bound: width has {}, expected widths > 0", width.min(initial=np.inf))
    return np.exp(-2 * n**2 * t**2 / np.sum(np.broadcast_to(width**2, (n,))))


def hoeffding_sample_size(t: float, delta: float, hypotheses: int = 1) -> int:
    r"""Examples that suffice for ``hypotheses`` means of [0, 1]-valued losses to be right to ``t`` at once.

    .. math:: n=\Bigl\lceil\frac{\log(2m/\delta)}{2t^2}\Bigr\rceil\quad\Rightarrow\quad 2m\,e^{-2nt^2}\le\delta

    Parameters
    ----------
    t : tolerance > 0, on both sides.
    delta : allowed probability of failure, in (0, 1).
    hypotheses : number m of models that are looked at.
    """
    require(t > 0, "hoeffding_sample_size: t is {}, expected > 0", t)
    require(0 < delta < 1, "hoeffding_sample_size: delta is {}, expected a probability between 0 and 1", delta)
    require(hypotheses >= 1, "hoeffding_sample_size: hypotheses is {}, expected at least 1", hypotheses)
    return math.ceil(math.log(2 * hypotheses / delta) / (2 * t**2))
