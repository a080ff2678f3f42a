"""Directed graphs: an order of evaluation exists exactly where there is no cycle."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise, product

from derived.arguments import require

__all__ = ["DirectedGraph", "layered"]


class DirectedGraph:
    """Nodes and arrows; an arrow ``(u, v)`` says that the value of v is computed from that of u.

    Parameters
    ----------
    edges : pairs ``(from, to)``; a pair given twice counts once.
    nodes : nodes in the order in which they shall be kept, needed only for those without arrows.

    Attributes
    ----------
    nodes : list of nodes, each once.
    edges : list of arrows, each once.

    Examples
    --------
    >>> DirectedGraph([("x", "h"), ("h", "y"), ("x", "y")]).topological_order()
    ['x', 'h', 'y']
    """

    def __init__(self, edges: Iterable[tuple[Hashable, Hashable]], nodes: Iterable[Hashable] = ()) -> None:
        self.edges = list(dict.fromkeys(tuple(edge) for edge in edges))
        for edge in self.edges:
            require(len(edge) == 2, f"DirectedGraph: an edge is {edge}, expected a pair (from, to)")
        self.nodes = list(dict.fromkeys([*nodes, *(node for edge in self.edges for node in edge)]))

    def topological_order(self) -> list:
        """All nodes, each after every node that has an arrow to it (Kahn, 1962).

        Raises
        ------
        ValueError
            if there is a cycle; the message names one.
        """
        order, left = self._peel()
        if left:
            cycle = " -> ".join(map(str, self._cycle(left)))
            raise ValueError(f"topological_order: the graph has the cycle {cycle}, expected none")
        return order

    @property
    def is_acyclic(self) -> bool:
        """Whether no path along arrows comes back to where it started."""
        return not self._peel()[1]

    def _peel(self) -> tuple[list, set]:
        """Take off nodes without incoming arrows for as long as there are any: their order, and what is left."""
        waiting = dict.fromkeys(self.nodes, 0)
        after: dict[Hashable, list] = {node: [] for node in self.nodes}
        for start, end in self.edges:
            waiting[end] += 1
            after[start].append(end)
        order = [node for node in self.nodes if waiting[node] == 0]
        for node in order:  # the list grows while it is read
            for following in after[node]:
                waiting[following] -= 1
                if waiting[following] == 0:
                    order.append(following)
        return order, set(self.nodes) - set(order)

    def _cycle(self, left: set) -> list:
        """A cycle among nodes each of which has an arrow from another of them: walk back until one repeats."""
        before = {end: start for start, end in self.edges if start in left and end in left}
        walk = [next(node for node in self.nodes if node in left)]
        while walk[-1] not in walk[:-1]:
            walk.append(before[walk[-1]])
        return walk[walk.index(walk[-1]) :][::-1]


def layered(sizes: Sequence[int]) -> DirectedGraph:
    """The fully connected graph of a multilayer perceptron; the nodes are pairs (layer, unit), inputs in layer 0."""
    require(len(sizes) >= 1 and min(sizes) >= 1, f"layered: sizes is {list(sizes)}, expected positive numbers")
    layers = [[(layer, unit) for unit in range(size)] for layer, size in enumerate(sizes)]
    edges = [edge for here, there in pairwise(layers) for edge in product(here, there)]
    return DirectedGraph(edges, nodes=[node for layer in layers for node in layer])
