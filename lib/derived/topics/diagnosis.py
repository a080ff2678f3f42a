"""Error rates, how far to trust them, and what they say about a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from derived.arguments import require

__all__ = ["Diagnosis", "Round", "debugging_loop", "diagnose", "error_interval", "error_rate",
           "planted_errors", "planted_problem"]  # fmt: skip


def error_rate(y: np.ndarray, predicted: np.ndarray) -> float:
    r"""The share of wrong predictions, :math:`\mathcal E=\frac1m\sum_i\mathbb 1[y_i\ne\hat y_i]`.

    Parameters
    ----------
    y, predicted : (m,) labels of any kind, m >= 1.
    """
    y, predicted = np.asarray(y), np.asarray(predicted)
    require(y.ndim == 1 and y.shape == predicted.shape and y.size > 0,
            "error_rate: y has shape {}, predicted {}, expected two vectors of the same length",
            y.shape, predicted.shape)  # fmt: skip
    return float(np.mean(y != predicted))


def error_interval(errors: int, m: int, confidence: float = 0.95) -> tuple[float, float]:
    r"""Exact confidence interval for an error rate, after `errors` mistakes on `m` independent examples.

    With :math:`\delta=1-\text{confidence}` the ends are the rates at which so many mistakes, or so few, would have
    probability :math:`\delta/2`:

    .. math:: P(\mathrm{Bin}(m,r_-)\ge k)=\tfrac\delta2,\qquad P(\mathrm{Bin}(m,r_+)\le k)=\tfrac\delta2,

    quantiles of Beta(k, m - k + 1) and Beta(k + 1, m - k); 0 for k = 0 and 1 for k = m. Source: C. J. Clopper and
    E. S. Pearson, Biometrika 26 (1934).

    Returns
    -------
    Lower and upper end.
    """
    require(m >= 1 and 0 <= errors <= m,
            "error_interval: errors is {}, m is {}, expected 0 <= errors <= m, m >= 1", errors, m)  # fmt: skip
    require(0 < confidence < 1,
            "error_interval: confidence is {}, expected a number between 0 and 1", confidence)  # fmt: skip
    half = (1 - confidence) / 2
    low = beta.ppf(half, errors, m - errors + 1) if errors > 0 else 0.0
    high = beta.ppf(1 - half, errors + 1, m - errors) if errors < m else 1.0
    return float(low), float(high)


@dataclass(frozen=True)
class Diagnosis:
    """What training and development error say.

    Attributes
    ----------
    excess, gap : training error minus Bayes error, and development minus training error.
    high_bias, high_variance : whether they exceed the tolerance.
    """

    excess: float
    gap: float
    high_bias: bool
    high_variance: bool

    def __str__(self) -> str:
        found = ["high bias"] * self.high_bias + ["high variance"] * self.high_variance
        return " and ".join(found) or "neither"


def diagnose(train: float, dev: float, bayes: float = 0.0, tolerance: float = 0.05) -> Diagnosis:
    r"""High bias if :math:`\mathcal E_{train}-\mathcal E_{Bayes}>t`, high variance if
    :math:`\mathcal E_{dev}-\mathcal E_{train}>t`; both or neither are possible.

    Parameters
    ----------
    train, dev : error rates on the training and the development part.
    bayes : the smallest error rate possible, or an estimate of it (what experts reach).
    tolerance : t, what is still acceptable.
    """  # fmt: skip
    rates = (train, dev, bayes)
    require(all(0 <= rate <= 1 for rate in rates),
            "diagnose: train, dev, bayes are {}, {}, {}, expected rates from 0 to 1", *rates)  # fmt: skip
    require(tolerance > 0, "diagnose: tolerance is {}, expected a number > 0", tolerance)
    excess, gap = train - bayes, dev - train
    return Diagnosis(excess, gap, bool(excess > tolerance), bool(gap > tolerance))


@dataclass(frozen=True)
class Round:
    """One round of the loop: settings, errors, diagnosis, and the remedy tried next (None: the loop ends here)."""

    settings: dict[str, Any]
    train: float
    dev: float
    diagnosis: Diagnosis
    remedy: dict[str, Any] | None


def debugging_loop(
    errors: Callable[[dict[str, Any]], tuple[float, float]],
    settings: Mapping[str, Any],
    bias_remedies: Sequence[Mapping[str, Any]],
    variance_remedies: Sequence[Mapping[str, Any]],
    *,
    bayes: float = 0.0,
    tolerance: float = 0.05,
) -> list[Round]:
    """First cure the bias, then the variance, then look again; end when both are fine or a remedy is missing.

    Each remedy is used once, in the given order, so there are at most
    ``len(bias_remedies) + len(variance_remedies) + 1`` rounds.

    Parameters
    ----------
    errors : trains with the settings; returns training and development error.
    settings : the first ones.
    bias_remedies, variance_remedies : changes of the settings, such as ``{"width": 64}`` or ``{"examples": 1000}``.

    Returns
    -------
    The rounds. Success: the last one's diagnosis is "neither".
    """
    settings, rounds = dict(settings), []
    cures = {"bias": iter(bias_remedies), "variance": iter(variance_remedies)}
    while True:
        train, dev = errors(dict(settings))
        found = diagnose(train, dev, bayes, tolerance)
        ill = "bias" if found.high_bias else "variance" if found.high_variance else None
        remedy = next(cures[ill], None) if ill else None
        tried = None if remedy is None else dict(remedy)
        rounds.append(Round(dict(settings), train, dev, found, tried))
        if remedy is None:
            return rounds
        settings |= remedy


def planted_problem(N: int, signal: str = "line", irrelevant: int = 0, *,
                    rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Two classes for which it is known what goes wrong with a linear classifier.

    Parameters
    ----------
    N : number of examples, half of them in each class on average.
    signal : "line": class means at (-1.5, 0) and (1.5, 0), standard deviation 0.6; a line errs on 0.6 %.
        "xor": clouds of standard deviation 0.3 around the corners of a square, classes across; no line does
        better than one quarter, and least squares does no better than the coin.
    irrelevant : number of further features, standard normal noise.

    Returns
    -------
    X (N, 2 + irrelevant) and y (N,) with labels 0 and 1.
    """
    require(signal in ("line", "xor"), "planted_problem: signal is {!r}, expected 'line' or 'xor'", signal)
    corner = rng.choice([-1.0, 1.0], (N, 2))
    y = (corner[:, 0] > 0 if signal == "line" else corner.prod(axis=1) > 0).astype(int)
    centre, spread = (corner * [1.5, 0], 0.6) if signal == "line" else (corner, 0.3)
    noise = rng.standard_normal((N, 2 + irrelevant))
    noise[:, :2] = centre + spread * noise[:, :2]
    return noise, y


def planted_errors(N: int, signal: str = "line", irrelevant: int = 0, *, rng: np.random.Generator,
                   fresh: int = 4000) -> tuple[float, float]:  # fmt: skip
    """Training and development error of least squares on labels -1 and +1, for a :func:`planted_problem`.

    Parameters
    ----------
    N, fresh : numbers of training and of development examples.
    """
    train, dev = (planted_problem(n, signal, irrelevant, rng=rng) for n in (N, fresh))
    ones = [np.column_stack([X, np.ones(len(X))]) for X, _ in (train, dev)]
    w = np.linalg.lstsq(ones[0], 2 * train[1] - 1)[0]
    return tuple(error_rate(y, (A @ w > 0).astype(int)) for A, (_, y) in zip(ones, (train, dev), strict=True))
