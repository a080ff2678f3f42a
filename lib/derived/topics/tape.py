"""A tape for single numbers, the library's :mod:`derived.tensor` in its smallest form: write it, then read that one."""

from __future__ import annotations

import itertools

import numpy as np

__all__ = ["Number", "backward"]

_age = itertools.count(1)


class Number:
    """A number that remembers from which numbers it was computed, and the pullback to each of them.

    Attributes
    ----------
    value : the number itself.
    parents, pulls : the numbers that it was computed from, and for each the map from the gradient with respect to this
        number to the contribution to its own; both empty for a number that was given.
    grad : what :func:`backward` has left, or None.
    age : counts up, so that whatever is computed from a number is newer.
    """

    def __init__(self, value: float, parents: tuple = (), pulls: tuple = ()) -> None:
        self.value, self.parents, self.pulls = value, parents, pulls
        self.grad: float | None = None
        self.age = next(_age)

    def __add__(self, other: Number | float) -> Number:
        other = _number(other)
        return Number(self.value + other.value, (self, other), (lambda g: g, lambda g: g))

    def __sub__(self, other: Number | float) -> Number:
        other = _number(other)
        return Number(self.value - other.value, (self, other), (lambda g: g, lambda g: -g))

    def __mul__(self, other: Number | float) -> Number:
        x, y = self, _number(other)
        return Number(x.value * y.value, (x, y), (lambda g: g * y.value, lambda g: g * x.value))

    def tanh(self) -> Number:
        """Hyperbolic tangent."""
        t = float(np.tanh(self.value))
        return Number(t, (self,), (lambda g: g * (1 - t * t),))

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self) -> str:
        return f"Number({self.value})"


def _number(x: Number | float) -> Number:
    return x if isinstance(x, Number) else Number(x)


def backward(output: Number) -> None:
    """Leave in ``grad`` of every number that led to ``output`` the derivative of ``output`` in it."""
    found, waiting = {output}, [output]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    for number in found:
        number.grad = 0.0
    output.grad = 1.0
    for number in sorted(found, key=lambda v: v.age, reverse=True):
        for parent, pull in zip(number.parents, number.pulls, strict=True):
            parent.grad = parent.grad + pull(number.grad)
