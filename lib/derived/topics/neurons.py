"""Threshold units and what they are built into: neurons, McCulloch-Pitts units, a network for any Boolean function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import numpy as np

from derived.arguments import require

__all__ = [
    "BooleanNetwork",
    "boolean_inputs",
    "dnf_value",
    "heaviside",
    "mcp_neuron",
    "mcp_to_dnf",
    "neuron",
    "sign_unit",
]


def heaviside(z: np.ndarray) -> np.ndarray:
    r"""Linear threshold unit :math:`H(z)=\mathbb 1[z\ge0]`; it fires at 0, and its derivative is 0 everywhere else.

    Parameters
    ----------
    z : array of any shape.

    Returns
    -------
    0 and 1, in the shape and dtype of ``z``.

    Raises
    ------
    ValueError
        if ``z`` has a NaN, which is on neither side.
    """
    z = np.asarray(z)
    require(not np.isnan(z).any(), "heaviside: z has NaN, expected numbers")
    return (z >= 0).astype(z.dtype)


def sign_unit(z: np.ndarray) -> np.ndarray:
    r"""Sign unit :math:`2H(z)-1`, arguments as :func:`heaviside`: -1 and +1, with +1 at 0 (``np.sign`` gives 0)."""
    return 2 * heaviside(z) - 1


def neuron(x: np.ndarray, w: np.ndarray, b: float = 0.0, activation: Callable = heaviside) -> np.ndarray:
    r"""Artificial neuron :math:`y=\phi(w\cdot x+b)`: a weighted sum, then an activation.

    Parameters
    ----------
    x : (..., n) array, examples in rows.
    w : (n,) weights.
    b : bias; the unit is inclined to fire for :math:`b>0`.
    activation : :math:`\phi`, applied to every entry.

    Returns
    -------
    (...) array.
    """
    x, w = np.asarray(x), np.asarray(w)
    require(w.ndim == 1 and x.shape[-1:] == w.shape,
            "neuron: x has shape {}, w {}, expected (..., n) and (n,)", x.shape, w.shape)  # fmt: skip
    return activation(x @ w + b)


def boolean_inputs(n: int, low: int = 0) -> np.ndarray:
    """All inputs of ``n`` Boolean variables in counting order, (2ⁿ, n) integers ``low`` (0 or -1) and 1."""
    require(n >= 1, "boolean_inputs: n is {}, expected at least 1", n)
    return np.array(list(product((low, 1), repeat=n)))


def mcp_neuron(x: np.ndarray, sigma: np.ndarray, theta: int) -> np.ndarray:
    r"""McCulloch-Pitts neuron :math:`f(x)=\mathbb 1[\sum_i\sigma_ix_i\ge\theta]`.

    Parameters
    ----------
    x : (..., n) array of 0 and 1.
    sigma : (n,) array of -1 (the input inhibits) and +1 (it excites).
    theta : integer threshold.

    Returns
    -------
    (...) array of 0 and 1.

    Notes
    -----
    The textbook form; in the paper of 1943 one active inhibiting input silences the unit.
    """
    x, sigma = np.asarray(x), np.asarray(sigma)
    require(np.isin(x, (0, 1)).all(), "mcp_neuron: x has other values than 0 and 1")
    require(np.isin(sigma, (-1, 1)).all(), "mcp_neuron: sigma is {}, expected -1 and +1", sigma)
    return neuron(x, sigma, -theta)


def mcp_to_dnf(sigma: np.ndarray, theta: int) -> list[frozenset[int]]:
    r"""Disjunctive normal form of a McCulloch-Pitts neuron.

    Returns
    -------
    The sets :math:`I` of active inputs with :math:`\sum_{i\in I}\sigma_i\ge\theta`. Each stands for one term
    :math:`\bigwedge_{i\in I}x_i\wedge\bigwedge_{i\notin I}\bar x_i`; the unit is the OR of its terms.
    """
    inputs = boolean_inputs(len(sigma))
    return [frozenset(np.flatnonzero(x).tolist()) for x in inputs[mcp_neuron(inputs, sigma, theta) == 1]]


def dnf_value(terms: Iterable[frozenset[int]], x: np.ndarray) -> int:
    """Value of the OR of ``terms`` (:func:`mcp_to_dnf`) at one input ``x``, an (n,) array of 0 and 1."""
    return int(any(all(bool(bit) == (i in term) for i, bit in enumerate(x)) for term in terms))


class BooleanNetwork:
    r"""Any Boolean function of :math:`n` inputs by one hidden layer of :math:`2^n` threshold units.

    .. math:: h=H(Wx-n),\qquad y=H(v\cdot h-1),\qquad x\in\{-1,+1\}^n

    Row :math:`k` of :math:`W` is the :math:`k`-th input pattern, so that hidden unit :math:`k` fires on it alone;
    :math:`v_k` is the value wanted there.

    Parameters
    ----------
    table : (2ⁿ,) array of 0 and 1, the values at ``boolean_inputs(n, low=-1)`` in this order.

    Attributes
    ----------
    W, b, v, c : weights (2ⁿ, n) and biases (2ⁿ,) of the hidden units, weights (2ⁿ,) and bias of the output.
    """

    def __init__(self, table: np.ndarray) -> None:
        table = np.asarray(table)
        n = int(table.size).bit_length() - 1
        require(table.ndim == 1 and n >= 1 and table.size == 2**n,
                "BooleanNetwork: table has shape {}, expected (2**n,) with n >= 1", table.shape)  # fmt: skip
        require(np.isin(table, (0, 1)).all(), "BooleanNetwork: table has other values than 0 and 1")
        self.W, self.b = boolean_inputs(n, low=-1), np.full(2**n, -n)
        self.v, self.c = table.astype(int), -1

    def hidden(self, x: np.ndarray) -> np.ndarray:
        """(..., n) inputs of -1 and +1 to the (..., 2ⁿ) outputs 0 and 1 of the hidden units."""
        return heaviside(np.asarray(x) @ self.W.T + self.b)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(..., n) inputs of -1 and +1 to the (...) outputs 0 and 1."""
        return heaviside(self.hidden(x) @ self.v + self.c)
