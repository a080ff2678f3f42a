r"""Means of functions, :math:`f=\frac1n\sum_if_i`, with known constants; SGD and SVRG in many runs side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import one_of, require, require_labels
from derived.data import one_hot
from derived.optim.svrg import variance_reduced

__all__ = ["LeastSquares", "SoftmaxSum", "mean_square", "sgd", "svrg"]


class LeastSquares:
    r"""Linear regression: :math:`f_i(x)=\frac12(a_i\cdot x-b_i)^2`, each convex and :math:`\lVert a_i\rVert^2`-smooth.

    Parameters
    ----------
    A : (n, d) rows :math:`a_i`, of rank d.
    b : (n,) targets.

    Attributes
    ----------
    n, d : numbers of functions and of variables.
    hessian : (d, d) of f, :math:`\frac1nA^\top A`; ``mu`` and ``smoothness`` are its extreme eigenvalues.
    L : :math:`\max_iL_i`, the largest smoothness constant of a single function.
    minimiser : (d,) :math:`x^*`.
    sigma2 : :math:`\sigma^2=\frac1n\sum_i\lVert\nabla f_i(x^*)\rVert^2`.

    Raises
    ------
    ValueError
        if the shapes do not fit or A has not full column rank.
    """

    def __init__(self, A: np.ndarray, b: np.ndarray) -> None:
        self.A, self.b = np.asarray(A, dtype=np.float64), np.asarray(b, dtype=np.float64)
        require(self.A.ndim == 2 and self.b.shape == self.A.shape[:1],
                "LeastSquares: A has shape {} and b {}, expected (n, d) and (n,)",
                np.shape(A), np.shape(b))  # fmt: skip
        self.n, self.d = self.A.shape
        self.minimiser, _, rank, _ = np.linalg.lstsq(self.A, self.b)
        require(rank == self.d, "LeastSquares: A has rank {}, expected {} as it has so many columns", rank, self.d)
        self.hessian = self.A.T @ self.A / self.n
        self.mu, self.smoothness = np.linalg.eigvalsh(self.hessian)[[0, -1]]
        self.L = np.max(np.sum(self.A**2, axis=1))
        self.sigma2 = float(np.mean(np.sum(self.gradients(self.minimiser) ** 2, axis=-1)))

    def value(self, x: np.ndarray) -> np.ndarray:
        """f at points (..., d)."""
        return np.mean((x @ self.A.T - self.b) ** 2, axis=-1) / 2

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """∇f at points (..., d), of the same shape."""
        return (x @ self.A.T - self.b) @ self.A / self.n

    def gradients(self, x: np.ndarray) -> np.ndarray:
        """All ∇f_i at one point x (d,), shape (n, d)."""
        return (self.A @ x - self.b)[:, None] * self.A

    def batch_gradient(self, x: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Mean of ∇f_i over i in ``chosen`` (..., r), at points (..., d)."""
        a = self.A[chosen]
        error = (a @ x[..., None])[..., 0] - self.b[chosen]
        return (error[..., None, :] @ a)[..., 0, :] / chosen.shape[-1]


class SoftmaxSum:
    r"""Softmax regression with an L2 penalty: :math:`f_i(x)=\log\sum_ke^{z_k}-z_{y_i}+\frac\lambda2\lVert x\rVert^2`.

    x holds the rows of :math:`W\in\mathbb R^{K\times d}`, :math:`z=Wa_i`. Each :math:`f_i` is :math:`\lambda`-strongly
    convex and :math:`L_i`-smooth with :math:`L_i=\frac12\lVert a_i\rVert^2+\lambda`, because no eigenvalue of
    :math:`\mathrm{diag}(s)-ss^\top` exceeds :math:`\frac12`.

    Parameters
    ----------
    A : (n, d) inputs; append a column of ones for biases.
    y : (n,) classes 0 … K - 1.
    lam : :math:`\lambda>0`, on all entries.

    Attributes
    ----------
    n, d : number of functions; K * columns of A, the number of variables.
    mu, L : :math:`\lambda` and :math:`\max_iL_i`.
    smoothness : :math:`\frac12\lVert A\rVert_2^2/n+\lambda`, a bound for f.
    """

    def __init__(self, A: np.ndarray, y: np.ndarray, classes: int, lam: float) -> None:
        require(lam > 0, "SoftmaxSum: lam is {}, expected a number > 0", lam)
        require(len(A) == len(y), "SoftmaxSum: A has {} rows, y has {}, expected as many", len(A), len(y))
        require_labels("SoftmaxSum", y, classes)
        self.A, self.y, self.classes, self.lam = np.asarray(A, dtype=np.float64), np.asarray(y), classes, lam
        self.targets = one_hot(self.y, classes, np.float64)
        self.n, self.d, self.mu = len(self.A), classes * self.A.shape[1], lam
        self.L = np.max(np.sum(self.A**2, axis=1)) / 2 + lam
        self.smoothness = np.linalg.norm(self.A, 2) ** 2 / (2 * self.n) + lam

    def value(self, x: np.ndarray) -> np.ndarray:
        """f at points (..., d)."""
        z = self._scores(x, self.A)
        right = z[..., self.y, np.arange(self.n)]
        losses = np.log(np.exp(z).sum(axis=-2)) - right
        return losses.mean(axis=-1) + self.lam / 2 * np.sum(x * x, axis=-1)

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """∇f at points (..., d), of the same shape."""
        return self._mean_gradient(x, self.A, self.targets)

    def batch_gradient(self, x: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Mean of ∇f_i over i in ``chosen`` (..., r), at points (..., d)."""
        return self._mean_gradient(x, self.A[chosen], self.targets[chosen])

    def _mean_gradient(self, x: np.ndarray, A: np.ndarray, targets: np.ndarray) -> np.ndarray:
        s = np.exp(self._scores(x, A))
        s /= s.sum(axis=-2, keepdims=True)
        s -= np.swapaxes(targets, -1, -2)
        return (s @ A).reshape(x.shape) / A.shape[-2] + self.lam * x

    def _scores(self, x: np.ndarray, A: np.ndarray) -> np.ndarray:
        """z (..., K, r), the largest of each example shifted to 0; NumPy goes through long rows fastest."""
        z = x.reshape(*x.shape[:-1], self.classes, -1) @ np.swapaxes(A, -1, -2)
        z -= z.max(axis=-2, keepdims=True)
        return z


Problem = LeastSquares | SoftmaxSum


def sgd(problem: Problem, x0: np.ndarray, lr: float | Callable[[int], float], steps: int, *, rng: np.random.Generator,
        runs: int = 1, batch: int = 1) -> np.ndarray:  # fmt: skip
    r"""Stochastic gradient descent, :math:`x_{k+1}=x_k-\eta_k\nabla f_{I_k}(x_k)`, in independent runs.

    Parameters
    ----------
    x0 : (d,) the start of every run.
    lr : :math:`\eta`, or a function of k = 0, 1, ….
    rng : draws the indices, independently and *with* replacement.
    runs, batch : how many paths; how many indices a step.

    Returns
    -------
    (steps + 1, runs, d) float64.
    """
    require(batch >= 1, "sgd: batch is {}, expected an integer >= 1", batch)
    path = np.empty((steps + 1, runs, problem.d))
    path[0] = x0
    for k, chosen in enumerate(rng.integers(problem.n, size=(steps, runs, batch))):
        eta = lr(k) if callable(lr) else lr
        path[k + 1] = path[k] - eta * problem.batch_gradient(path[k], chosen)
    return path


def mean_square(problem: LeastSquares, x0: np.ndarray, lr: float | Callable[[int], float], steps: int) -> np.ndarray:
    r"""Exactly :math:`E\lVert x_k-x^*\rVert^2` along :func:`sgd` with one index a step, without drawing any.

    With :math:`e_k=x_k-x^*` a step is linear in :math:`u_k=(e_k,1)`, so the matrix :math:`M_k=E\,u_ku_k^\top` obeys

    .. math:: M_{k+1}=\frac1n\sum_i(I-\eta_kB_i)M_k(I-\eta_kB_i)^\top,\qquad
              B_i=\begin{pmatrix}a_ia_i^\top&\nabla f_i(x^*)\\0&0\end{pmatrix}

    Parameters
    ----------
    x0 : (d,) the start.
    lr : :math:`\eta`, or a function of k = 0, 1, ….

    Returns
    -------
    (steps + 1,) float64.
    """
    d, gradients = problem.d, problem.gradients(problem.minimiser)
    B = np.zeros((problem.n, d + 1, d + 1))
    B[:, :d, :d], B[:, :d, d] = problem.A[:, :, None] * problem.A[:, None, :], gradients
    mean, both = B.mean(axis=0), np.einsum("nij,nkl->ikjl", B, B).reshape((d + 1) ** 2, -1) / problem.n
    u = np.append(x0 - problem.minimiser, 1.0)
    M, squares = np.outer(u, u), np.empty(steps + 1)
    for k in range(steps + 1):
        squares[k] = np.trace(M) - 1.0
        eta, half = lr(k) if callable(lr) else lr, mean @ M
        M = M - eta * (half + half.T) + eta**2 * (both @ M.ravel()).reshape(M.shape)
    return squares


def svrg(problem: Problem, x0: np.ndarray, lr: float, inner: int, rounds: int, *, rng: np.random.Generator,
         runs: int = 1, batch: int = 1, snapshot: str = "random") -> np.ndarray:  # fmt: skip
    r"""Stochastic variance-reduced gradient (Johnson and Zhang, 2013) in independent runs.

    A round computes :math:`\nabla f(\tilde x)` at the snapshot, starts from it and makes `inner` steps along
    :func:`derived.optim.svrg.variance_reduced`.

    Parameters
    ----------
    lr, inner, rounds : :math:`\eta`, m, and the number of rounds.
    runs, batch : how many paths; how many indices an inner step, drawn with replacement.
    snapshot : the next snapshot is a ``"random"`` one of the m points from which a step was made (as in the theorem),
        or the ``"last"`` point.

    Returns
    -------
    (rounds + 1, runs, d) float64, the snapshots.
    """
    require(inner >= 1, "svrg: inner is {}, expected an integer >= 1", inner)
    one_of("svrg", "snapshot", snapshot, ("random", "last"))
    snapshots = np.empty((rounds + 1, runs, problem.d))
    snapshots[0] = x0
    for s in range(rounds):
        anchor = snapshots[s]
        full, x = problem.gradient(anchor), anchor.copy()
        pick = rng.integers(inner, size=runs) if snapshot == "random" else np.full(runs, inner)
        for k, chosen in enumerate(rng.integers(problem.n, size=(inner, runs, batch))):
            snapshots[s + 1][pick == k] = x[pick == k]
            g, g_anchor = problem.batch_gradient(x, chosen), problem.batch_gradient(anchor, chosen)
            x = x - lr * variance_reduced(g, g_anchor, full)
        snapshots[s + 1][pick == inner] = x[pick == inner]
    return snapshots
