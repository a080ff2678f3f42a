"""Bounds that hold for all classifiers of a family at once, and how far training errors really stray."""

from __future__ import annotations

import numpy as np

from derived.arguments import one_of, require
from derived.data import wrong_labels
from derived.topics.growth_function import log_sauer

__all__ = ["coin_deviations", "finite_bound", "network_bound", "threshold_deviations", "vc_bound", "vc_bound_dimension"]


def finite_bound(n: int, size: float, delta: float) -> float:
    r"""Deviation that a class of `size` functions exceeds with probability at most `delta`.

    .. math:: R(f)\le\hat R(f)+\sqrt{\frac{\log|\mathcal F|+\log\frac1\delta}{2n}}\quad\text{for all }f\in\mathcal F

    Parameters
    ----------
    n : number of examples.
    size : number of functions, chosen before the examples are seen.
    delta : probability of failure, in (0, 1).
    """
    _check("finite_bound", n, delta)
    require(size >= 1, "finite_bound: size is {}, expected at least one function", size)
    return float(np.sqrt((np.log(size) + np.log(1 / delta)) / (2 * n)))


def vc_bound(n: int, log_growth: float, delta: float) -> float:
    r"""Deviation of Vapnik and Chervonenkis, :math:`2\sqrt{\frac2n\bigl(\log S(2n)+\log\frac2\delta\bigr)}`.

    Parameters
    ----------
    n : number of examples.
    log_growth : :math:`\log S(2n)`, the logarithm of the growth function at TWICE the number of examples.
    delta : probability of failure, in (0, 1).
    """
    _check("vc_bound", n, delta)
    require(log_growth >= 0, "vc_bound: log_growth is {}, expected at least log 1 = 0", log_growth)
    return float(2 * np.sqrt(2 * (log_growth + np.log(2 / delta)) / n))


def vc_bound_dimension(n: int, d: int, delta: float) -> float:
    """:func:`vc_bound` with the growth function replaced by Sauer's bound for VC dimension `d`."""
    return vc_bound(n, log_sauer(2 * n, d), delta)


def network_bound(n: int, weights: int, delta: float, bits: int = 32) -> float:
    """:func:`finite_bound` for a network whose weights are stored in `bits` bits each: 2^(bits · weights) functions."""
    _check("network_bound", n, delta)
    return float(np.sqrt((weights * bits * np.log(2) + np.log(1 / delta)) / (2 * n)))


def coin_deviations(n: int, size: int, trials: int, how: str, *, rng: np.random.Generator) -> np.ndarray:
    r"""Largest :math:`R(f)-\hat R(f)` among `size` classifiers when a fair coin gives the labels, so that all R are ½.

    Parameters
    ----------
    n, size, trials : examples, functions, repetitions.
    how : ``"independent"``: each function guesses for itself; ``"nested"``: thresholds at `size` places on the line;
        ``"equal"``: all are the same function.

    Returns
    -------
    (trials,) deviations.
    """
    one_of("coin_deviations", "how", how, ("independent", "nested", "equal"))
    if how == "nested":
        # Between two neighbouring thresholds lie about n / size examples; each turns from a hit into a miss or back.
        counts = rng.multinomial(n, np.full(size + 1, 1 / (size + 1)), size=trials)
        ones = rng.binomial(counts, 0.5)
        wrong = np.cumsum(ones, axis=1)[:, :-1] + np.cumsum((counts - ones)[:, ::-1], axis=1)[:, ::-1][:, 1:]
    else:
        wrong = rng.binomial(n, 0.5, (trials, size if how == "independent" else 1))
    return 0.5 - wrong.min(axis=1) / n


def threshold_deviations(n: int, trials: int, noise: float, *, rng: np.random.Generator) -> np.ndarray:
    r""":math:`\sup_a(R(a)-\hat R(a))` over all thresholds a on [0, 1], exactly.

    x is uniform, :math:`y=\mathbb 1[x>\frac12]` turned round with probability `noise`; the risk of
    :math:`\mathbb 1[x>a]` is :math:`R(a)=\text{noise}+(1-2\,\text{noise})|a-\frac12|`. Between neighbouring examples
    the training error is constant and R is convex, so the supremum is found at the ends of these pieces.

    Returns
    -------
    (trials,) suprema.
    """
    require(0 <= noise <= 0.5, "threshold_deviations: noise is {}, expected 0 to 1/2", noise)
    x = np.sort(rng.random((trials, n)), axis=1)
    y = wrong_labels((x > 0.5).astype(int).ravel(), noise, 2, rng).reshape(x.shape)
    ends = np.column_stack([np.zeros(trials), x, np.ones(trials)])
    steps = np.column_stack([np.sum(1 - y, axis=1), 2 * y - 1])
    trained = np.cumsum(steps, axis=1) / n  # of thresholds in the piece right of each end
    risk = noise + (1 - 2 * noise) * np.abs(ends - 0.5)
    return np.max(np.maximum(risk[:, :-1], risk[:, 1:]) - trained, axis=1)


def _check(where: str, n: int, delta: float) -> None:
    require(n >= 1, "{}: n is {}, expected at least one example", where, n)
    require(0 < delta < 1, "{}: delta is {}, expected a probability between 0 and 1", where, delta)
