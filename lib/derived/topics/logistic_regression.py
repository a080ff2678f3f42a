"""Logistic and softmax regression, fitted to the minimum of the mean log-loss plus a penalty on the weights."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logsumexp, softmax

from derived.arguments import one_of, require, require_finite, require_labels
from derived.data import decode, one_hot
from derived.topics.convex_optimization import Minimum, newton, proximal_gradient

__all__ = ["LogisticRegression", "SoftmaxRegression", "logistic_objective", "softmax_objective"]


def logistic_objective(theta: np.ndarray, X: np.ndarray, y: np.ndarray,
                       lam: float = 0.0) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
    r"""Regularised mean log-loss of :math:`a=\sigma(Xw+b)`, with gradient and Hessian in :math:`\theta=(w,b)`.

    .. math:: J=\frac1N\sum_n\log(1+e^{z_n})-y_nz_n+\frac\lambda2\lVert w\rVert^2,\qquad
        \nabla J=\frac1N\tilde X^\top(a-y)+\lambda(w,0),\qquad
        \nabla^2J=\frac1N\tilde X^\top\mathrm{diag}(a(1-a))\tilde X+\lambda\,\mathrm{diag}(1,\dots,1,0)

    Parameters
    ----------
    theta : (d + 1,) weights, then the bias, which is not penalised.
    X, y : (N, d) inputs and (N,) labels 0 and 1.
    lam : :math:`\lambda\ge0`.
    """
    Xb = with_ones(X)
    z = Xb @ theta
    a = expit(z)
    shrink = lam * np.append(np.ones(len(theta) - 1), 0)
    value = np.mean(np.logaddexp(0, z) - y * z) + shrink @ theta**2 / 2
    gradient = Xb.T @ (a - y) / len(y) + shrink * theta
    hessian = (Xb.T * (a * (1 - a))) @ Xb / len(y) + np.diag(shrink)
    return value, gradient, hessian


def softmax_objective(theta: np.ndarray, X: np.ndarray, Y: np.ndarray,
                      lam: float = 0.0) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
    r"""Regularised mean cross-entropy of :math:`A=\mathrm{softmax}(XW^\top+b)`, with gradient and Hessian.

    .. math:: \nabla_{(W,b)}J=\frac1N(A-Y)^\top\tilde X+\lambda(W,0),\qquad
        (\nabla^2J)_{ij}=\frac1N\tilde X^\top\mathrm{diag}(A_{:i}(\delta_{ij}-A_{:j}))\tilde X+\dots

    Parameters
    ----------
    theta : (K * (d + 1),) rows :math:`(w_i,b_i)` of the K classes one after the other.
    X, Y : (N, d) inputs and (N, K) probabilities, in particular one-hot labels.
    lam : :math:`\lambda\ge0`; biases are not penalised.

    Returns
    -------
    value, gradient (K * (d + 1),), Hessian (K * (d + 1), K * (d + 1)).
    """
    Xb, (N, K) = with_ones(X), Y.shape
    T = theta.reshape(K, -1)
    Z = Xb @ T.T
    A = softmax(Z, axis=1)
    shrink = lam * np.append(np.ones(T.shape[1] - 1), 0)
    value = np.mean(logsumexp(Z, axis=1) - np.sum(Y * Z, axis=1)) + np.sum(shrink * T**2) / 2
    gradient = (A - Y).T @ Xb / N + shrink * T
    AX = (A[:, :, None] * Xb[:, None, :]).reshape(N, -1)
    hessian = AX.T @ AX / -N
    blocks = hessian.reshape(K, len(shrink), K, len(shrink))
    for i, a in enumerate(A.T):
        blocks[i, :, i] += (Xb.T * (a / N)) @ Xb + np.diag(shrink)
    return value, gradient.ravel(), hessian


def with_ones(X: np.ndarray) -> np.ndarray:
    r"""Rows :math:`\tilde x=(x,1)`: the bias as the weight of a feature that is always 1."""
    return np.column_stack([X, np.ones(len(X))])


class LogisticRegression:
    r"""Two classes: :math:`P(y=1\mid x)=\sigma(w\cdot x+b)`, the minimum of mean log-loss + penalty.

    Parameters
    ----------
    penalty : ``"l2"`` adds :math:`\frac\lambda2\lVert w\rVert^2` (Newton's method), ``"l1"`` adds
        :math:`\lambda\lVert w\rVert_1` (proximal gradient).
    lam : :math:`\lambda`; scikit-learn's ``C`` is :math:`1/(N\lambda)` for both.

    Attributes
    ----------
    weight, bias : (d,) array and number, after :meth:`fit`.
    minimum : :class:`~derived.topics.convex_optimization.Minimum`, how the fit went.
    """

    def __init__(self, penalty: str = "l2", lam: float = 0.0) -> None:
        self.penalty = one_of("LogisticRegression", "penalty", penalty, ("l1", "l2"))
        require(lam >= 0, "LogisticRegression: lam is {}, expected a number >= 0", lam)
        self.lam = lam

    def fit(self, X: np.ndarray, y: np.ndarray) -> LogisticRegression:
        """Minimise on inputs ``X`` (N, d) and labels ``y`` (N,), 0 and 1, from weights 0; returns itself."""
        X, y = _examples("LogisticRegression.fit", X, y, 2)
        theta = np.zeros(X.shape[1] + 1)
        if self.penalty == "l2":
            self.minimum = newton(lambda t: logistic_objective(t, X, y, self.lam), theta)
        else:
            self.minimum = self._fit_l1(X, y, theta)
        self.weight, self.bias = self.minimum.x[:-1], float(self.minimum.x[-1])
        return self

    def _fit_l1(self, X: np.ndarray, y: np.ndarray, theta: np.ndarray) -> Minimum:
        Xb = with_ones(X)

        def smooth(t: np.ndarray) -> tuple[float, np.ndarray]:
            z = Xb @ t
            return np.mean(np.logaddexp(0, z) - y * z), Xb.T @ (expit(z) - y) / len(y)

        lipschitz = np.linalg.norm(Xb, 2) ** 2 / (4 * len(y))  # because a(1 - a) <= 1/4
        return proximal_gradient(smooth, self.lam * np.append(np.ones(X.shape[1]), 0), theta, lipschitz)

    def logits(self, X: np.ndarray) -> np.ndarray:
        """The log-odds ``X @ weight + bias`` of class 1, (N,)."""
        return np.asarray(X) @ self.weight + self.bias

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """The probability of class 1, (N,)."""
        return expit(self.logits(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The more probable class, 0 or 1, (N,); 1 where both are equally probable."""
        return (self.logits(X) >= 0).astype(int)

    def accuracy(self, X: np.ndarray, y: np.ndarray) -> float:
        """The share of the rows of ``X`` whose predicted class is ``y``."""
        return float(np.mean(self.predict(X) == np.asarray(y)))


class SoftmaxRegression:
    r"""K classes: :math:`P(y=i\mid x)=\mathrm{softmax}(Wx+b)_i`, the minimum of mean cross-entropy + L2 penalty.

    Parameters
    ----------
    classes : K.
    lam : :math:`\lambda` in :math:`\frac\lambda2\lVert W\rVert_F^2`; scikit-learn's ``C`` is :math:`1/(N\lambda)`.

    Attributes
    ----------
    weight, bias : (K, d) and (K,), after :meth:`fit`; the biases sum to 0, as do the columns of the weights.
    minimum : :class:`~derived.topics.convex_optimization.Minimum`, how the fit went.
    """

    def __init__(self, classes: int, lam: float = 0.0) -> None:
        require(classes >= 2, "SoftmaxRegression: classes is {}, expected 2 or more", classes)
        require(lam >= 0, "SoftmaxRegression: lam is {}, expected a number >= 0", lam)
        self.classes, self.lam = classes, lam

    def fit(self, X: np.ndarray, y: np.ndarray) -> SoftmaxRegression:
        """Newton's method on inputs ``X`` (N, d) and class indices ``y`` (N,), from weights 0; returns itself."""
        X, y = _examples("SoftmaxRegression.fit", X, y, self.classes)
        Y = one_hot(y, self.classes, np.float64)
        # The same vector added to all rows changes no probability, so the Hessian is singular in these directions;
        # the gradient has no component along them, and this term only makes the solution of the equations unique.
        shifts = np.kron(np.ones((self.classes, self.classes)), np.eye(X.shape[1] + 1))

        def objective(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            value, gradient, hessian = softmax_objective(theta, X, Y, self.lam)
            hessian += shifts
            return value, gradient, hessian

        self.minimum = newton(objective, np.zeros(self.classes * (X.shape[1] + 1)))
        T = self.minimum.x.reshape(self.classes, -1)
        self.weight, self.bias = T[:, :-1], T[:, -1]
        return self

    def logits(self, X: np.ndarray) -> np.ndarray:
        """``X @ weight.T + bias``, (N, K)."""
        return np.asarray(X) @ self.weight.T + self.bias

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """The probabilities of the classes, (N, K)."""
        return softmax(self.logits(X), axis=1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, (N,); the softmax keeps the order of the logits."""
        return decode(self.logits(X))

    def accuracy(self, X: np.ndarray, y: np.ndarray) -> float:
        """The share of the rows of ``X`` whose predicted class is ``y``."""
        return float(np.mean(self.predict(X) == np.asarray(y)))


def _examples(where: str, X: np.ndarray, y: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs in float64 and labels, checked."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
    require(X.ndim == 2 and y.shape == X.shape[:1],
            "{}: X has shape {} and y {}, expected (N, d) and (N,)", where, X.shape, y.shape)  # fmt: skip
    require_finite(where, "X", X)
    require_labels(where, y, classes)
    return X, y
