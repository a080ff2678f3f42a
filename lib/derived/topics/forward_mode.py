r"""Forward mode: dual numbers, which carry a derivative along with every value.

A dual number is :math:`x+\dot x\,\varepsilon` with :math:`\varepsilon^2=0`. What NumPy's functions do to it is their
Taylor formula broken off after the first power: the value and the differential, in one go. A function written for
arrays runs on dual numbers as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import expit

from derived.arguments import require

__all__ = ["DIFFERENTIALS", "Dual", "hessian_vector", "jvp", "power_method"]

# For each function z = f(x, …) and each of its arguments the differential: what a change d of the argument does to z.
DIFFERENTIALS: dict[np.ufunc, tuple[Callable, ...]] = {
    np.add: (lambda d, z, x, y: d, lambda d, z, x, y: d),
    np.subtract: (lambda d, z, x, y: d, lambda d, z, x, y: -d),
    np.multiply: (lambda d, z, x, y: d * y, lambda d, z, x, y: x * d),
    np.matmul: (lambda d, z, x, y: d @ y, lambda d, z, x, y: x @ d),
    np.divide: (lambda d, z, x, y: d / y, lambda d, z, x, y: -z * d / y),
    np.power: (lambda d, z, x, y: y * x ** (y - (y != 0)) * d, lambda d, z, x, y: z * np.log(x) * d),
    np.negative: (lambda d, z, x: -d,),
    np.exp: (lambda d, z, x: z * d,),
    np.log: (lambda d, z, x: d / x,),
    np.sqrt: (lambda d, z, x: d / (2 * z),),
    np.sin: (lambda d, z, x: np.cos(x) * d,),
    np.cos: (lambda d, z, x: -np.sin(x) * d,),
    np.tanh: (lambda d, z, x: (1 - z * z) * d,),
    expit: (lambda d, z, x: z * (1 - z) * d,),
    np.absolute: (lambda d, z, x: np.sign(x) * d,),
}
COMPARISONS = (np.less, np.less_equal, np.equal, np.not_equal, np.greater, np.greater_equal)


class Dual(np.lib.mixins.NDArrayOperatorsMixin):
    r"""The dual number (or array of them) :math:`x+\dot x\,\varepsilon`.

    Parameters
    ----------
    value : :math:`x`, number or array.
    tangent : :math:`\dot x`, broadcast to the shape of the value; 0 for a constant.

    Raises
    ------
    TypeError
        for a dual number of dual numbers, whose two ε this class could not tell apart; and from a function of NumPy
        that has no entry in ``DIFFERENTIALS``, which would lose the tangent.
    """

    def __init__(self, value: Any, tangent: Any = 0.0) -> None:
        if isinstance(value, Dual) or isinstance(tangent, Dual):
            raise TypeError("Dual: value and tangent must be arrays, not dual numbers themselves")
        self.value = np.asarray(value)
        self.tangent = np.broadcast_to(tangent, self.value.shape)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        x = [a.value if isinstance(a, Dual) else a for a in inputs]
        if ufunc in COMPARISONS:  # branches are taken as the values say
            return ufunc(*x)
        if method != "__call__" or options or ufunc not in DIFFERENTIALS:
            raise TypeError(f"Dual: numpy.{ufunc.__name__} ({method}) has no differential here")
        z, tangent = ufunc(*x), 0.0
        for differential, a in zip(DIFFERENTIALS[ufunc], inputs, strict=True):
            if isinstance(a, Dual):
                tangent = tangent + differential(a.tangent, z, *x)
        return Dual(z, tangent)

    shape = property(lambda self: self.value.shape, doc="Shape of the value.")
    ndim = property(lambda self: self.value.ndim, doc="Number of dimensions.")
    T = property(lambda self: Dual(self.value.T, self.tangent.T), doc="Transpose.")

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: Any) -> Dual:
        return Dual(self.value[index], self.tangent[index])

    def __bool__(self) -> bool:
        return bool(self.value)

    def reshape(self, *shape: int) -> Dual:
        """The same entries in another shape."""
        return Dual(self.value.reshape(*shape), self.tangent.reshape(*shape))

    def sum(self, axis: int | tuple | None = None, keepdims: bool = False) -> Dual:
        """Sum over axes."""
        options = {"axis": axis, "keepdims": keepdims}
        return Dual(self.value.sum(**options), self.tangent.sum(**options))

    def __repr__(self) -> str:
        return f"{self.value} + {self.tangent} ε"


def jvp(f: Callable, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    r"""Value of ``f`` and :math:`Ju`, its derivative in one direction, in one evaluation.

    Parameters
    ----------
    f : function of arrays, written with NumPy's functions and operators.
    primals : where, arrays or numbers.
    tangents : :math:`u`, of the same shapes.

    Returns
    -------
    value, tangent : arrays of the same shape.
    """
    shapes = [(np.shape(x), np.shape(u)) for x, u in zip(primals, tangents, strict=True)]
    require(all(x == u for x, u in shapes), "jvp: shapes of primals and tangents are {}, expected equal pairs", shapes)
    out = f(*(Dual(x, u) for x, u in zip(primals, tangents, strict=True)))
    out = out if isinstance(out, Dual) else Dual(out)  # a constant
    return out.value, np.array(out.tangent)


def hessian_vector(gradient: Callable, primals: Sequence[np.ndarray], u: Sequence[np.ndarray]) -> list[np.ndarray]:
    r"""Product :math:`\nabla^2E\,u` of the Hessian with a vector, by forward mode through a backward pass.

    Parameters
    ----------
    gradient : function of arrays that returns the gradients with respect to all of them, in NumPy (Pearlmutter, 1994).
    primals, u : where, and the direction: one array for each argument.
    """
    slopes = gradient(*(Dual(p, d) for p, d in zip(primals, u, strict=True)))
    return [np.array(g.tangent) if isinstance(g, Dual) else np.zeros_like(p)
            for g, p in zip(slopes, primals, strict=True)]  # fmt: skip


def power_method(gradient: Callable, primals: Sequence[np.ndarray], u: Sequence[np.ndarray], steps: int) -> float:
    r"""The eigenvalue of :math:`\nabla^2E` of largest absolute value: multiply by the Hessian, normalise, repeat.

    Parameters
    ----------
    gradient, primals : as for :func:`hessian_vector`.
    u : where to start, not orthogonal to the eigenvector.
    steps : how many products; the error shrinks with the squared ratio of the two largest eigenvalues.
    """
    require(steps >= 1, "power_method: steps is {}, expected at least 1", steps)
    for _ in range(steps):
        length = np.sqrt(sum(np.sum(a * a) for a in u))
        unit = [a / length for a in u]
        u = hessian_vector(gradient, primals, unit)
    return float(sum(np.sum(a * b) for a, b in zip(unit, u, strict=True)))
