"""Turing's unorganised machines of 1948: networks of NAND units, and connections with a switch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from derived.arguments import require

__all__ = ["FULL_ADDER", "XOR", "TypeAMachine", "TypeBMachine", "closure", "gated_nand", "nand"]

# Wires of A-type machines: row k holds the two nodes that unit k listens to; the inputs are the first nodes.
XOR = ((0, 1), (0, 2), (1, 2), (3, 4))
FULL_ADDER = ((0, 1), (0, 3), (1, 3), (4, 5), (6, 2), (6, 7), (2, 7), (8, 9), (3, 7))


def nand(x: np.ndarray) -> np.ndarray:
    r"""Not-and :math:`1-\prod_jx_j` over the last axis of an (..., n) array of 0 and 1."""
    return 1 - np.prod(np.asarray(x, dtype=int), axis=-1)


def gated_nand(x: np.ndarray, c: np.ndarray) -> np.ndarray:
    r"""NAND of the inputs whose switch is on.

    .. math:: \mathrm{NAND}_j\,A(c_j,\bar x_j),\qquad A(c,\bar x)=\mathrm{NAND}(c,\bar x)

    The gate :math:`A` passes :math:`x` where :math:`c=1` and is 1, which a NAND ignores, where :math:`c=0`.

    Parameters
    ----------
    x : (..., n) array of 0 and 1.
    c : (n,) or (..., n) array of 0 (the connection is cut) and 1 (it passes its input).

    Returns
    -------
    (...) array of 0 and 1.
    """
    passed = 1 - np.asarray(c, dtype=int) * (1 - np.asarray(x, dtype=int))
    return nand(passed)


class TypeAMachine:
    r"""Network of two-input NAND units with a common clock, :math:`y(t+1)=1-x_1(t)x_2(t)`.

    Nodes 0 … ``inputs`` - 1 are held from outside; the units follow.

    Parameters
    ----------
    wires : (m, 2) integers; row k holds the two nodes that unit k listens to. Loops are allowed.
    inputs : number of nodes held from outside.
    """

    def __init__(self, wires: np.ndarray, inputs: int) -> None:
        wires = np.array(wires)
        require(wires.ndim == 2 and wires.shape[1] == 2,
                "TypeAMachine: wires has shape {}, expected (m, 2)", wires.shape)  # fmt: skip
        require(0 <= wires.min() and wires.max() < inputs + len(wires),
                "TypeAMachine: wires names nodes {} to {}, expected 0 to {}",
                wires.min(), wires.max(), inputs + len(wires) - 1)  # fmt: skip
        self.wires, self.inputs = wires, inputs

    def step(self, nodes: np.ndarray) -> np.ndarray:
        """All nodes one tick later: (..., inputs + m) to the same shape; every unit reads the old values."""
        nodes = np.asarray(nodes)
        return np.concatenate([nodes[..., : self.inputs], nand(nodes[..., self.wires])], axis=-1)

    def run(self, x: np.ndarray, ticks: int, start: np.ndarray | None = None) -> np.ndarray:
        """Outputs (..., m) of the units after ``ticks`` ticks with inputs ``x`` (..., inputs), from ``start`` or 0."""
        x = np.asarray(x)
        require(x.shape[-1] == self.inputs, "run: x has {} inputs, expected {}", x.shape[-1], self.inputs)
        units = np.zeros((*x.shape[:-1], len(self.wires)), dtype=int) if start is None else np.asarray(start)
        nodes = np.concatenate([x, np.broadcast_to(units, (*x.shape[:-1], len(self.wires)))], axis=-1)
        for _ in range(ticks):
            nodes = self.step(nodes)
        return nodes[..., self.inputs :]


class TypeBMachine(TypeAMachine):
    r"""Network whose units listen to every node through a switch: unit k computes ``gated_nand(nodes, switches[k])``.

    Setting switches is all its training; with two of them on in each row it is an A-type machine.

    Parameters
    ----------
    switches : (m, inputs + m) array of 0 and 1.
    inputs : number of nodes held from outside.
    """

    def __init__(self, switches: np.ndarray, inputs: int) -> None:
        switches = np.asarray(switches)
        require(switches.ndim == 2 and switches.shape[1] == inputs + len(switches),
                "TypeBMachine: switches has shape {}, expected (m, inputs + m) with inputs = {}",
                switches.shape, inputs)  # fmt: skip
        self.switches, self.wires, self.inputs = switches, switches, inputs

    def step(self, nodes: np.ndarray) -> np.ndarray:
        """All nodes one tick later, as for the A-type machine."""
        nodes = np.asarray(nodes)
        units = gated_nand(nodes[..., None, :], self.switches)
        return np.concatenate([nodes[..., : self.inputs], units], axis=-1)


def closure(n: int, *gates: Callable[[int, int], int]) -> set[tuple[int, ...]]:
    """Truth tables of all functions of ``n`` inputs that circuits of the given two-input gates compute.

    Parameters
    ----------
    n : number of inputs.
    gates : functions of two bits, such as ``lambda a, b: 1 - a * b``.

    Returns
    -------
    Tables as tuples of 2ⁿ bits in counting order: the inputs themselves and all that follows from them.
    """
    inputs = list(product((0, 1), repeat=n))
    found = {tuple(x[i] for x in inputs) for i in range(n)}
    fresh = set(found)
    while fresh:
        pairs = [pair for f in fresh for g in found for pair in ((f, g), (g, f))]
        made = {tuple(gate(a, b) for a, b in zip(f, g, strict=True)) for f, g in pairs for gate in gates}
        fresh = made - found
        found |= fresh
    return found
