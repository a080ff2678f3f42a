r"""Functions computed in K steps, each from all values before it: their total derivative, and a bound on its norm.

:math:`v_0=x` and :math:`v_k=g_k(v_0,\dots,v_{k-1})` for k = 1, …, K. A step is described by a dictionary that has an
entry for each value it uses: ``steps[k - 1][i]`` belongs to :math:`\partial g_k/\partial v_i`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derived.arguments import one_of, require

__all__ = ["TanhGraph", "graph_bound", "tanh_graph", "total_derivative"]


def total_derivative(steps: Sequence[Mapping[int, np.ndarray]]) -> list[np.ndarray]:
    r"""Derivatives :math:`D_k` of all values with respect to the first.

    .. math:: D_0=I,\qquad D_k=\sum_{i=0}^{k-1}\frac{\partial g_k}{\partial v_i}\,D_i

    Parameters
    ----------
    steps : K dictionaries of matrices :math:`(n_k, n_i)`; what is left out is 0.

    Returns
    -------
    K + 1 matrices :math:`(n_k, n_0)`.
    """
    _check("total_derivative", steps)
    require(0 in steps[0], "total_derivative: the first step has no entry for the input, 0")
    found = [np.eye(steps[0][0].shape[1])]
    for step in steps:
        found.append(sum(G @ found[i] for i, G in step.items()))
    return found


def graph_bound(steps: Sequence[Mapping[int, float]]) -> np.ndarray:
    r"""Numbers :math:`L_0=1,\;L_k=\sum_{i<k}\ell_{ki}L_i` with :math:`\|D_k\|\le L_k`, (K + 1,).

    Parameters
    ----------
    steps : K dictionaries of numbers :math:`\ell_{ki}\ge\|\partial g_k/\partial v_i\|`: at one input, for a bound
        there; at all inputs, for a Lipschitz constant. Summed over all paths from 0 to k, the products of the numbers
        along the path.
    """
    _check("graph_bound", steps)
    found = [1.0]
    for step in steps:
        found.append(sum(float(l) * found[i] for i, l in step.items()))
    return np.array(found)


@dataclass(frozen=True)
class TanhGraph:
    r"""Steps :math:`v_k=\sum_iC_{ki}v_i+\tanh\bigl(\sum_iA_{ki}v_i\bigr)`: residual, dense, or any other graph.

    Attributes
    ----------
    linear, inner : K dictionaries each, with the matrices :math:`C_{ki}` and :math:`A_{ki}` :math:`(n_k, n_i)`; every
        inner one has an entry.
    """

    linear: list[dict[int, np.ndarray]]
    inner: list[dict[int, np.ndarray]]

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        """All values, :math:`v_0=x` first; x has the shape (n_0,)."""
        values = [x]
        for C, A in zip(self.linear, self.inner, strict=True):
            z = sum(M @ values[i] for i, M in A.items())
            values.append(np.tanh(z) + sum(M @ values[i] for i, M in C.items()))
        return values

    def local_derivatives(self, x: np.ndarray) -> list[dict[int, np.ndarray]]:
        r"""The matrices :math:`\partial g_k/\partial v_i=C_{ki}+\mathrm{diag}(1-\tanh^2)A_{ki}` at x."""
        values, steps = self(x), []
        for C, A in zip(self.linear, self.inner, strict=True):
            slope = 1 - np.tanh(sum(M @ values[i] for i, M in A.items())) ** 2
            steps.append({i: slope[:, None] * A[i] if i in A else 0 for i in {*A, *C}})
            for i, M in C.items():
                steps[-1][i] = steps[-1][i] + M
        return steps

    def edge_constants(self) -> list[dict[int, float]]:
        r"""Bounds :math:`\|C_{ki}\|+\|A_{ki}\|` on the derivatives at all inputs, as :math:`|\tanh'|\le1`."""
        norm = lambda M: float(np.linalg.norm(M, 2))
        return [{i: sum(norm(M[i]) for M in (C, A) if i in M) for i in sorted({*A, *C})}
                for C, A in zip(self.linear, self.inner, strict=True)]  # fmt: skip


def tanh_graph(kind: str, steps: int, n: int, rng: np.random.Generator) -> TanhGraph:
    """A graph of n values in every step with normal weights of variance 1/n, in a dense one 1/(nk) in step k.

    Parameters
    ----------
    kind : "chain", "residual" (a chain with the value before added) or "dense" (a step reads all values before).
    """
    one_of("tanh_graph", "kind", kind, ("chain", "residual", "dense"))
    linear, inner = [], []
    for k in range(1, steps + 1):
        used = range(k) if kind == "dense" else [k - 1]
        inner.append({i: rng.standard_normal((n, n)) / np.sqrt(n * len(used)) for i in used})
        linear.append({k - 1: np.eye(n)} if kind == "residual" else {})
    return TanhGraph(linear, inner)


def _check(where: str, steps: Sequence[Mapping]) -> None:
    require(len(steps) > 0, "{}: steps is empty, expected at least one", where)
    for k, step in enumerate(steps, 1):
        require(bool(step) and all(0 <= i < k for i in step),
                "{}: step {} uses {}, expected some of the values 0 to {}", where, k, sorted(step), k - 1)  # fmt: skip
