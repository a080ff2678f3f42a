"""How many patterns a Hopfield network can hold: the noise in one field, and the mean-field theory of the break."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special, stats

from derived.arguments import require

__all__ = ["critical_load", "retrieval_overlap", "signal_load", "unstable_probability"]


def unstable_probability(n: int, s: int) -> float:
    r"""Probability that a given unit of a stored pattern wants to flip, for s random patterns in n units.

    .. math:: \mathbb P(B<\tfrac{M-(n-1)}2),\qquad B\sim\mathrm{Bin}(M,\tfrac12),\quad M=(s-1)(n-1)

    Exact for Hebbian couplings with zero diagonal; a field of 0 does not flip a unit.
    """
    require(n >= 1 and s >= 1, "unstable_probability: n is {}, s is {}, expected at least 1", n, s)
    M = (s - 1) * (n - 1)
    return float(stats.binom.cdf(np.ceil((M - (n - 1)) / 2) - 1, M, 0.5)) if M else 0.0


def signal_load(v: np.ndarray) -> np.ndarray:
    r"""Load at which signal over noise in the recalled state is v.

    .. math:: \alpha(v)=\frac12\Bigl(\frac{\operatorname{erf}v}v-\frac2{\sqrt\pi}e^{-v^2}\Bigr)^2

    Parameters
    ----------
    v : ratio :math:`m/\sqrt{2\alpha\rho}>0`, any shape.

    Notes
    -----
    Amit, Gutfreund and Sompolinsky (1985), the replica-symmetric equations at temperature 0 with one unknown left.
    """
    v = np.asarray(v, dtype=np.float64)
    return 0.5 * (special.erf(v) / v - 2 / np.sqrt(np.pi) * np.exp(-(v**2))) ** 2


def critical_load() -> tuple[float, float]:
    """The largest load with recall, 0.1379, and the ratio v at which :func:`signal_load` attains it."""
    best = optimize.minimize_scalar(lambda v: -signal_load(v), bounds=(1.0, 3.0), method="bounded",
                                    options={"xatol": 1e-10})  # fmt: skip
    return float(-best.fun), float(best.x)


def retrieval_overlap(alpha: float) -> float:
    """Overlap of the recalled state with the pattern in a large network at load ``alpha``; 0 beyond the break."""
    require(alpha > 0, "retrieval_overlap: alpha is {}, expected a load > 0", alpha)
    limit, at = critical_load()
    if alpha > limit:
        return 0.0
    return float(special.erf(optimize.brentq(lambda v: signal_load(v) - alpha, at, 1 / np.sqrt(2 * alpha))))
