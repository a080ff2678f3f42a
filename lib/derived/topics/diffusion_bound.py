"""The variational bound of a diffusion: of a small chain of discrete states exactly, and of Gaussian steps."""

from __future__ import annotations

from itertools import product

import numpy as np

from derived.arguments import one_of, require
from derived.topics.diffusion import loss_factor
from derived.topics.information import kl_discrete
from derived.topics.noise_schedules import NoiseSchedule

__all__ = ["chain_bound", "chain_by_paths", "exact_reversal", "mean_bound"]


def chain_bound(x0: int, forward: np.ndarray, reverse: np.ndarray, prior: np.ndarray) -> np.ndarray:
    r"""The terms of the bound for a chain of K states, by the posterior of a step.

    Parameters
    ----------
    x0 : the state at the start.
    forward : (T, K, K), entry [t - 1, i, j] is :math:`q(x_t=j\mid x_{t-1}=i)`, all positive.
    reverse : (T, K, K), entry [t - 1, j, i] is :math:`p_\theta(x_{t-1}=i\mid x_t=j)`, all positive.
    prior : (K,) the law :math:`p(x_T)`.

    Returns
    -------
    (T + 1,) : the term of each step t = 1, …, T, then that of the prior; their sum is the bound.
    """
    terms, law = [], np.eye(len(prior))[x0]
    for t, (Q, P) in enumerate(zip(forward, reverse, strict=True), start=1):
        after = law @ Q  # q(x_t | x_0)
        if t == 1:
            terms.append(-after @ np.log(P[:, x0]))
        else:
            posterior = (law[:, None] * Q / after).T  # row j: q(x_{t-1} | x_t = j, x_0)
            terms.append(after @ kl_discrete(posterior, P))
        law = after
    return np.array([*terms, kl_discrete(law, prior)])


def chain_by_paths(x0: int, forward: np.ndarray, reverse: np.ndarray, prior: np.ndarray) -> tuple[float, float]:
    r"""Minus :math:`\log p_\theta(x_0)` and :math:`KL(q(x_{1:T}\mid x_0)\Vert p_\theta(x_{1:T}\mid x_0))`.

    By adding up all :math:`K^T` paths; parameters as for :func:`chain_bound`.
    """
    T, K = forward.shape[:2]
    q, p = np.ones(K**T), np.ones(K**T)
    for i, path in enumerate(product(range(K), repeat=T)):
        states = (x0, *path)
        for t in range(T):
            q[i] *= forward[t, states[t], states[t + 1]]
            p[i] *= reverse[t, states[t + 1], states[t]]
        p[i] *= prior[path[-1]]
    return float(-np.log(p.sum())), float(kl_discrete(q, p / p.sum()))


def exact_reversal(start: np.ndarray, forward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""The reverse transitions :math:`q(x_{t-1}\mid x_t)`, (T, K, K), and :math:`q_T`; `start` is the law of x0."""
    laws = [np.asarray(start)]
    for Q in forward:
        laws.append(laws[-1] @ Q)
    pairs = zip(forward, laws[:-1], laws[1:], strict=True)
    return np.array([(before[:, None] * Q / after).T for Q, before, after in pairs]), laws[-1]


def mean_bound(errors: np.ndarray, prior: float, d: int, schedule: NoiseSchedule, variance: str = "beta") -> float:
    r"""The bound averaged over the data, in nats, from the mean squared errors of the predicted noise.

    .. math:: L_T+\sum_{t=1}^T\Bigl(\frac{\beta_t^2}{2\sigma_t^2\alpha_t(1-\bar\alpha_t)}\,
        E\lVert\varepsilon-\hat\varepsilon(x_t,t)\rVert^2+c_t\Bigr),\quad
        c_t=\tfrac d2\Bigl(\tfrac{\tilde\beta_t}{\sigma_t^2}-1-\ln\tfrac{\tilde\beta_t}{\sigma_t^2}\Bigr),\quad
        c_1=\tfrac d2\ln(2\pi\sigma_1^2)

    Parameters
    ----------
    errors : (T,) numbers :math:`E\lVert\varepsilon-\hat\varepsilon(x_t,t)\rVert^2` for t = 1, …, T.
    prior : :math:`L_T`, the mean of :func:`derived.topics.noise_schedules.prior_kl`.
    d : dimension.
    variance : :math:`\sigma_t^2`: ``"beta"`` or ``"posterior"``; :math:`\sigma_1^2=\beta_1` in either case.
    """
    errors = np.asarray(errors, dtype=np.float64)
    require(errors.shape == (schedule.T,), "mean_bound: errors has shape {}, expected ({},)", errors.shape, schedule.T)
    one_of("mean_bound", "variance", variance, ("beta", "posterior"))
    t = np.arange(1, schedule.T + 1)
    sigma2 = (schedule.betas if variance == "beta" else schedule.posterior_variances)[1:].copy()
    sigma2[0] = schedule.betas[1]
    ratio = schedule.posterior_variances[2:] / sigma2[1:]
    constants = np.r_[np.log(2 * np.pi * sigma2[0]), ratio - 1 - np.log(ratio)] * d / 2
    return float(prior + loss_factor(t, sigma2, schedule) @ errors + constants.sum())
