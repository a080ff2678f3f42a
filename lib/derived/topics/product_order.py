r"""What a product of matrices costs in the order in which it is taken.

The chain :math:`\xi A_k\cdots A_1` of a row vector :math:`\xi` and matrices :math:`A_l` of shape :math:`(n_l, n_{l-1})`
is the gradient of a loss with respect to the input of a network. All orders give the same row vector; their numbers of
multiplications of single numbers differ by orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived.arguments import require

Order = int | tuple


def multiplications(shapes: Sequence[tuple[int, int]], order: Order) -> int:
    """Multiplications of single numbers in a product of matrices.

    Parameters
    ----------
    shapes : (rows, columns) of each factor, from left to right.
    order : a nested pair of positions: ``((0, 1), 2)`` multiplies the first two factors first.

    Returns
    -------
    Sum of p q r over all products (p, q) times (q, r).

    Raises
    ------
    ValueError
        if two neighbours do not fit, or if ``order`` does not name every factor once, from left to right.
    """
    for (a, b), (c, d) in zip(shapes[:-1], shapes[1:], strict=True):
        require(b == c, "multiplications: shapes ({}, {}) and ({}, {}) do not fit", a, b, c, d)
    leaves = _leaves(order)
    require(leaves == list(range(len(shapes))),
            "multiplications: order names factors {}, expected {}", leaves, list(range(len(shapes))))  # fmt: skip
    return _count(shapes, order)[0]


def _leaves(order: Order) -> list[int]:
    return [order] if isinstance(order, int) else [k for part in order for k in _leaves(part)]


def _count(shapes: Sequence[tuple[int, int]], order: Order) -> tuple[int, tuple[int, int]]:
    """Cost of one part of the product and the shape of its result."""
    if isinstance(order, int):
        return 0, shapes[order]
    left, right = order
    cost_left, (p, q) = _count(shapes, left)
    cost_right, (_, r) = _count(shapes, right)
    return cost_left + cost_right + p * q * r, (p, r)


def chain(widths: Sequence[int]) -> list[tuple[int, int]]:
    r"""Shapes of :math:`\xi, A_k, \dots, A_1` for layers of widths :math:`n_0, n_1, \dots, n_k`."""
    require(len(widths) >= 2 and min(widths) >= 1, "chain: widths is {}, expected two or more positive", list(widths))
    inner = list(zip(widths[1:], widths[:-1], strict=True))
    return [(1, widths[-1]), *reversed(inner)]


def from_loss(factors: int) -> Order:
    """Left to right, ``(((0, 1), 2), 3)``: each product is a row vector times a matrix, as in backpropagation."""
    order: Order = 0
    for k in range(1, factors):
        order = (order, k)
    return order


def from_input(factors: int) -> Order:
    """Right to left, ``(0, (1, (2, 3)))``: the Jacobians first, the loss last, as in forward mode."""
    order: Order = factors - 1
    for k in reversed(range(factors - 1)):
        order = (k, order)
    return order


def cheapest(shapes: Sequence[tuple[int, int]]) -> tuple[int, Order]:
    """Fewest multiplications over all orders and one such order, by dynamic programming over intervals of factors.

    Source: Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, section on matrix-chain multiplication.
    """
    n = len(shapes)
    require(n >= 1, "cheapest: shapes is empty")
    best: dict[tuple[int, int], tuple[int, Order]] = {(i, i): (0, i) for i in range(n)}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            best[i, j] = min(
                ((best[i, m][0] + best[m + 1, j][0] + shapes[i][0] * shapes[m][1] * shapes[j][1],
                  (best[i, m][1], best[m + 1, j][1])) for m in range(i, j)),
                key=lambda candidate: candidate[0],
            )  # fmt: skip
    return best[0, n - 1]


def network_cost(widths: Sequence[int], examples: int = 1) -> tuple[int, int]:
    r"""Multiplications in the matrix products of a forward and of a backward pass of an MLP.

    Forward :math:`N\sum_{l\ge1} n_ln_{l-1}`; backward the same for :math:`\bar W^{[l]}`, and
    :math:`N\sum_{l\ge2} n_ln_{l-1}` for :math:`\bar A^{[l-1]}`.
    """
    products = [examples * a * b for a, b in zip(widths[:-1], widths[1:], strict=True)]
    return sum(products), sum(products) + sum(products[1:])


class _Counted(float):
    """A number that notes each multiplication in a list shared by all numbers of one count."""

    __slots__ = ("log",)

    def __new__(cls, value: float, log: list[int]) -> _Counted:
        number = super().__new__(cls, value)
        number.log = log
        return number

    def __mul__(self, other: float) -> _Counted:
        self.log[0] += 1
        return _Counted(float(self) * float(other), self.log)

    def __add__(self, other: float) -> _Counted:
        return _Counted(float(self) + float(other), self.log)

    __radd__ = __add__


def count_multiplications(f: Callable, *arrays: np.ndarray) -> int:
    """How many multiplications ``f(*arrays)`` really does: run with arrays of numbers that count.

    Parameters
    ----------
    f : function that multiplies matrices (``@``), adds, transposes, sums; functions such as ``np.exp`` fail.
    arrays : its arguments, small: each multiplication is a call of Python.
    """
    log = [0]
    f(*(np.array([_Counted(x, log) for x in np.ravel(a)], dtype=object).reshape(np.shape(a)) for a in arrays))
    return log[0]
