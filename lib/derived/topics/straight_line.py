r"""Straight-line programs: numbers computed one after the other, each from earlier ones.

With inputs :math:`v_0,\dots,v_{N-1}` and steps :math:`v_k=g_k(\text{earlier values})`, the derivatives of the steps
form a strictly lower triangular matrix :math:`L_{ki}=\partial g_k/\partial v_i`. Forward mode solves with :math:`I-L`
from the top, reverse mode with its transpose from the bottom; both are counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derived.arguments import require

__all__ = ["STEPS", "Program", "layered", "random_program"]

# Each step and its derivatives in its arguments; z is the value.
STEPS: dict[str, tuple[Callable, Callable]] = {
    "add": (lambda tanh, x, y: x + y, lambda z, x, y: (1.0, 1.0)),
    "sub": (lambda tanh, x, y: x - y, lambda z, x, y: (1.0, -1.0)),
    "mul": (lambda tanh, x, y: x * y, lambda z, x, y: (y, x)),
    "tanh": (lambda tanh, x: tanh(x), lambda z, x: (1 - z * z,)),
}


@dataclass(frozen=True)
class Program:
    """A straight-line program.

    Attributes
    ----------
    inputs : N, how many numbers are given; they are values 0 to N - 1.
    steps : pairs (name in ``STEPS``, indices of earlier values), perhaps one index twice.
    outputs : indices of the M values that are asked for.
    """

    inputs: int
    steps: Sequence[tuple[str, tuple[int, ...]]]
    outputs: Sequence[int]

    @property
    def nodes(self) -> int:
        """V: inputs and steps together."""
        return self.inputs + len(self.steps)

    @property
    def edges(self) -> int:
        """E: argument places of all steps."""
        return sum(len(parents) for _, parents in self.steps)

    @property
    def held(self) -> int:
        """Most values that a forward sweep holds at once: those that a later step or the result needs."""
        end = len(self.steps)
        last = {i: k for k, (_, parents) in enumerate(self.steps) for i in parents} | dict.fromkeys(self.outputs, end)
        return max(sum(last.get(i, -1) >= k for i in range(self.inputs + k)) for k in range(end + 1))

    def run(self, x: Sequence[Any], tanh: Callable = np.tanh) -> list:
        """All values, for any kind of numbers that have + - * and a tanh."""
        require(len(x) == self.inputs, "run: x has {} numbers, expected {}", len(x), self.inputs)
        v = list(x)
        for name, parents in self.steps:
            v.append(STEPS[name][0](tanh, *(v[i] for i in parents)))
        return v

    def slopes(self, v: Sequence[float]) -> list[tuple[float, ...]]:
        """Derivatives of each step in its arguments, at the values ``v``."""
        return [STEPS[name][1](v[self.inputs + k], *(v[i] for i in parents))
                for k, (name, parents) in enumerate(self.steps)]  # fmt: skip

    def matrix(self, v: Sequence[float]) -> np.ndarray:
        """L, shape (V, V): derivative of each step in each earlier value, an index used twice added up."""
        L = np.zeros((self.nodes, self.nodes))
        for k, ((_, parents), slopes) in enumerate(zip(self.steps, self.slopes(v), strict=True)):
            for i, slope in zip(parents, slopes, strict=True):
                L[self.inputs + k, i] += slope
        return L

    def forward(self, x: Sequence[float], u: Sequence[float]) -> tuple[np.ndarray, np.ndarray, int]:
        """Outputs, their derivatives in the direction ``u``, and how often a slope was multiplied: one sweep."""
        v, dot, count = list(x), list(u), 0
        for name, parents in self.steps:
            value, slope = STEPS[name]
            v.append(value(np.tanh, *(v[i] for i in parents)))
            dot.append(0.0)
            for i, s in zip(parents, slope(v[-1], *(v[i] for i in parents)), strict=True):
                dot[-1] += s * dot[i]
                count += 1
        return np.array([v[m] for m in self.outputs]), np.array([dot[m] for m in self.outputs]), count

    def reverse(self, v: Sequence[float], zeta: Sequence[float]) -> tuple[np.ndarray, int]:
        """Derivatives in the inputs of the outputs weighted with ``zeta``, from the kept values; and the count."""
        bar, count = np.zeros(self.nodes), 0
        for m, weight in zip(self.outputs, zeta, strict=True):
            bar[m] += weight
        slopes = self.slopes(v)
        for k in reversed(range(len(self.steps))):
            for i, s in zip(self.steps[k][1], slopes[k], strict=True):
                bar[i] += s * bar[self.inputs + k]
                count += 1
        return bar[: self.inputs], count

    def jacobian(self, x: Sequence[float], mode: str) -> tuple[np.ndarray, int]:
        """Jacobian (M, N) by columns (``"forward"``) or by rows (``"reverse"``), and all multiplications by a slope."""
        require(mode in ("forward", "reverse"), "jacobian: mode is {!r}, expected 'forward' or 'reverse'", mode)
        if mode == "forward":
            sweeps = [self.forward(x, unit)[1:] for unit in np.eye(self.inputs)]
            return np.array([column for column, _ in sweeps]).T, sum(count for _, count in sweeps)
        v = self.run(x)
        sweeps = [self.reverse(v, unit) for unit in np.eye(len(self.outputs))]
        return np.array([row for row, _ in sweeps]), sum(count for _, count in sweeps)


def random_program(rng: np.random.Generator, inputs: int, steps: int, outputs: int) -> Program:
    """``steps`` random steps on any earlier values; the outputs are the last values."""
    require(1 <= outputs <= steps, "random_program: outputs is {}, expected 1 to {}", outputs, steps)
    names = rng.choice(list(STEPS), steps)
    made = [(str(name), tuple(int(i) for i in rng.integers(0, inputs + k, 1 if name == "tanh" else 2)))
            for k, name in enumerate(names)]  # fmt: skip
    return Program(inputs, made, tuple(range(inputs + steps - outputs, inputs + steps)))


def layered(widths: Sequence[int]) -> Program:
    """A network without weights: every unit is the tanh of the sum of the layer below."""
    steps: list[tuple[str, tuple[int, ...]]] = []
    layer = list(range(widths[0]))
    for width in widths[1:]:
        above = []
        for _ in range(width):
            total = layer[0]
            for other in layer[1:]:
                steps.append(("add", (total, other)))
                total = widths[0] + len(steps) - 1
            steps.append(("tanh", (total,)))
            above.append(widths[0] + len(steps) - 1)
        layer = above
    return Program(widths[0], steps, tuple(layer))
