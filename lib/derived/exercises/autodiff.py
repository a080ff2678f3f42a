"""Checkers for the chapter on automatic differentiation; their slips are the mistakes that circulate."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived import ops
from derived.check import finite_difference
from derived.exercises.checker import Checker
from derived.tensor import vjp
from derived.topics.forward_mode import jvp
from derived.topics.reverse_differential import reverse_differential

__all__ = ["dual_divide", "gradient_for", "numerical_gradient", "pull_gram"]


# --- dual numbers ---------------------------------------------------------------------------------------------------


def dual_divide_reference(x: float, dx: float, y: float, dy: float) -> tuple[float, float]:
    """Value and tangent of (x + dx ε) / (y + dy ε)."""
    value, tangent = jvp(lambda a, b: a / b, [x, y], [dx, dy])
    return float(value), float(tangent)


def _cases_divide(rng: np.random.Generator) -> Iterator[tuple]:
    yield 1.0, 0.0, 2.0, 1.0
    yield 3.0, 1.0, -2.0, 0.0
    for _ in range(22):
        yield float(rng.normal()), float(rng.normal()), float(rng.uniform(0.5, 3) * rng.choice([-1, 1])), rng.normal()


dual_divide = Checker(
    "dual_divide",
    dual_divide_reference,
    _cases_divide,
    slips={
        "ε² is 0, so ε cannot be divided out: multiply numerator and denominator by y - dy ε.":
            lambda x, dx, y, dy: (x / y, dx / dy if dy else np.inf),
        "The change of the denominator lowers the quotient: minus.":
            lambda x, dx, y, dy: (x / y, (dx * y + x * dy) / y**2),
        "The denominator of the tangent is y squared.": lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y),
        "The two terms of the numerator have changed places.": lambda x, dx, y, dy: (x / y, (x * dy - dx * y) / y**2),
        "The denominator moves, too.": lambda x, dx, y, dy: (x / y, dx / y),
    },
    expects="four numbers; returns value and tangent of (x + dx ε) / (y + dy ε)",
)  # fmt: skip


# --- gradient checking ----------------------------------------------------------------------------------------------


def numerical_gradient_reference(f: Callable, x: np.ndarray, eps: float) -> np.ndarray:
    """Central differences of a number f(x) in every entry of x."""
    return finite_difference(f, x, eps)


def _quotients(f: Callable, x: np.ndarray, eps: float, *, both: bool = True, twice: bool = True, back: bool = True,
               dtype: type = float) -> np.ndarray:  # fmt: skip
    x, F = np.array(x, dtype=dtype), np.zeros(np.shape(x))
    for j in np.ndindex(x.shape):
        old = x[j]
        x[j] = old + eps
        above = f(x)
        x[j] = old - eps if both else old
        F[j] = (above - f(x)) / (2 * eps if both and twice else eps)
        if back:
            x[j] = old
    return F


def _all_at_once(f: Callable, x: np.ndarray, eps: float) -> np.ndarray:
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


def _cases_gradient(rng: np.random.Generator) -> Iterator[tuple]:
    functions = [lambda x: np.sum(np.sin(x)), lambda x: np.prod(x + 0.5), lambda x: np.sum(x) ** 3,
                 lambda x: np.log(np.sum(np.exp(x)))]  # fmt: skip
    yield lambda x: np.sum(x**3), np.array([1, 2, -1]), 0.1
    for k, shape in enumerate([(), (1,), (3,), (2, 2), (1, 3), (4,), (2, 1)] * 3):
        yield functions[k % 4], rng.normal(size=shape), (1e-2, 1e-3)[k % 2]


numerical_gradient = Checker(
    "numerical_gradient",
    numerical_gradient_reference,
    _cases_gradient,
    slips={
        "One-sided quotients are off by a multiple of eps: go to both sides.": partial(_quotients, both=False),
        "x + eps and x - eps are 2 eps apart.": partial(_quotients, twice=False),
        "Set the entry back before you move the next one.": partial(_quotients, back=False),
        "A copy of whole numbers stays whole: eps is cut off. Convert to float.": partial(_quotients, dtype=None),
        "The gradient has the shape of x.": lambda f, x, eps: _quotients(f, x, eps).ravel(),
        "Move one entry at a time; all at once give the sum of the derivatives.": _all_at_once,
    },
    tol=1e-8,
    expects="f a function of an array that returns a number, x an array of any shape, eps the step; returns the "
    "central differences, in the shape of x",
)  # fmt: skip


# --- a pullback, and a gradient for another inner product -----------------------------------------------------------


def pull_gram_reference(zeta: np.ndarray, X: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Pullback to X of f(X) = X Xᵀ v, by the tape."""
    return vjp(lambda X: ops.matmul(X, ops.matmul(v, X)), X)[1](zeta)[0]


pull_gram = Checker(
    "pull_gram",
    pull_gram_reference,
    lambda rng: [(rng.standard_normal(n), rng.standard_normal((n, m)), rng.standard_normal(n))
                 for n, m in [(1, 1), (1, 3), (3, 1), (3, 3), (4, 2), (2, 4)] * 4],
    slips={
        "X occurs twice, so there are two terms.": lambda zeta, X, v: np.outer(zeta, v @ X),
        "X occurs twice; you have only the term of the transposed one.": lambda zeta, X, v: np.outer(v, zeta @ X),
        "The two terms differ: zeta and v change places.": lambda zeta, X, v: 2 * np.outer(zeta, v @ X),
        "The result has the shape of X.": lambda zeta, X, v: (np.outer(zeta, v @ X) + np.outer(v, zeta @ X)).T,
    },
    expects="zeta (n,), X (n, m), v (n,); returns the pullback of X ↦ X Xᵀ v applied to zeta, shape (n, m)",
)  # fmt: skip


def gradient_for_reference(partials: np.ndarray, G: np.ndarray) -> np.ndarray:
    """The gradient for the inner product ξᵀGη of a function with these partial derivatives."""
    return reverse_differential(partials[None], G)[:, 0]


def _cases_gram(rng: np.random.Generator) -> Iterator[tuple]:
    for n in (1, 2, 3, 5) * 6:
        A = rng.standard_normal((n, n))
        yield rng.standard_normal(n), A @ A.T + np.eye(n)


gradient_for = Checker(
    "gradient_for",
    gradient_for_reference,
    _cases_gram,
    slips={
        "These are the partial derivatives still; the inner product does not come in.": lambda partials, G: partials,
        "The equation is G times the gradient = partial derivatives: solve it.": lambda partials, G: G @ partials,
        "Dividing by the diagonal is enough only if G is diagonal.": lambda partials, G: partials / np.diag(G),
    },
    tol=1e-8,
    expects="partials (n,), G (n, n) symmetric positive definite; returns the w with ξᵀGw = partials·ξ for all ξ",
)
