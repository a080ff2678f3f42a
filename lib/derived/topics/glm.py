"""Generalised linear models with their canonical link: one algorithm for every exponential family."""

from __future__ import annotations

import numpy as np

from derived.arguments import examples, require
from derived.topics.convex_optimization import newton
from derived.topics.exponential_family import ExponentialFamily

__all__ = ["GLM"]


class GLM:
    r"""A label from an exponential family whose natural parameter is linear, :math:`v(x)=w\cdot x+b`.

    Fitted by maximum likelihood, that is Newton's method (McCullagh and Nelder, 1989, section 2.5) on

    .. math:: J=\frac1N\sum_n\psi(v_n)-y_nv_n,\qquad\nabla J=\frac1N\tilde X^\top(\mu-y),\qquad
        \nabla^2J=\frac1N\tilde X^\top\mathrm{diag}(\psi''(v))\tilde X .

    Parameters
    ----------
    family : of numbers, such as ``exponential_family.poisson``.

    Attributes
    ----------
    weight, bias : (d,) array and number, after :meth:`fit`.
    minimum : :class:`~derived.topics.convex_optimization.Minimum`, how the fit went.
    """

    def __init__(self, family: ExponentialFamily) -> None:
        require(not family.vector, "GLM: family is {}, expected one whose labels are numbers", family.name)
        self.family = family

    def objective(self, theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Mean negative log-likelihood without its constant, gradient and Hessian at ``theta`` (d + 1,)."""
        Xb = np.column_stack([X, np.ones(len(X))])
        v = Xb @ theta
        with np.errstate(over="ignore", invalid="ignore"):
            value = np.mean(self.family.log_partition(v) - y * v)
        if not np.isfinite(value):  # a trial step of Newton's method that is too long, which it then shortens
            return np.inf, np.zeros_like(theta), np.eye(len(theta))
        gradient = Xb.T @ (self.family.mean(v) - y) / len(y)
        return value, gradient, (Xb.T * self.family.covariance(v)) @ Xb / len(y)

    def fit(self, X: np.ndarray, y: np.ndarray) -> GLM:
        """Maximum likelihood on inputs ``X`` (N, d) and labels ``y`` (N,), from the constant model; returns itself."""
        X, y = examples("GLM.fit", X, y)
        start = np.append(np.zeros(X.shape[1]), self.family.link(y.mean()))
        self.minimum = newton(lambda theta: self.objective(theta, X, y), start)
        self.weight, self.bias = self.minimum.x[:-1], float(self.minimum.x[-1])
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        r"""The mean of the label, :math:`\psi'(v)`: the *inverse* link of the linear score, (N,)."""
        return self.family.mean(np.asarray(X) @ self.weight + self.bias)
