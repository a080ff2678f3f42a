"""Directed graphs against brute force over all orders, and against the standard library."""

import graphlib
from itertools import permutations, product

import numpy as np
import pytest

from derived.topics.graphs import DirectedGraph, layered


def has_order(n, edges):
    return any(all(p.index(a) < p.index(b) for a, b in edges) for p in permutations(range(n)))


def valid(order, graph):
    place = {node: k for k, node in enumerate(order)}
    return sorted(place, key=str) == sorted(graph.nodes, key=str) and all(place[a] < place[b] for a, b in graph.edges)


@pytest.mark.parametrize("n, acyclic", [(1, 1), (2, 3), (3, 25)])
def test_every_graph_of_up_to_three_nodes_loops_included(n, acyclic):
    pairs = list(product(range(n), repeat=2))
    found = 0
    for chosen in product([False, True], repeat=len(pairs)):
        edges = [pair for pair, there in zip(pairs, chosen, strict=True) if there]
        graph = DirectedGraph(edges, nodes=range(n))
        assert graph.is_acyclic == has_order(n, edges)
        found += graph.is_acyclic
        if graph.is_acyclic:
            assert valid(graph.topological_order(), graph)
    assert found == acyclic  # the number of labelled acyclic digraphs (Robinson 1973)


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_like_graphlib(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    edges = [tuple(edge) for edge in rng.integers(0, n, (int(rng.integers(0, 2 * n)), 2)).tolist()]
    graph = DirectedGraph(edges, nodes=range(n))
    sorter = graphlib.TopologicalSorter({node: [a for a, b in edges if b == node] for node in range(n)})
    try:
        sorter.prepare()
    except graphlib.CycleError:
        assert not graph.is_acyclic
        with pytest.raises(ValueError, match="has the cycle"):
            graph.topological_order()
    else:
        assert graph.is_acyclic and valid(graph.topological_order(), graph)


def test_the_message_names_a_cycle_that_is_there():
    graph = DirectedGraph([("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "y")])
    with pytest.raises(ValueError) as error:
        graph.topological_order()
    named = str(error.value).split("the cycle ")[1].split(",")[0].split(" -> ")
    assert named[0] == named[-1] and set(zip(named, named[1:], strict=False)) <= set(graph.edges)


@pytest.mark.parametrize("sizes", [[1], [1, 1], [2, 3, 1], [4, 1, 5, 2]])
def test_layered(sizes):
    graph = layered(sizes)
    assert len(graph.nodes) == sum(sizes)
    assert len(graph.edges) == sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))
    order = graph.topological_order()
    assert valid(order, graph) and [layer for layer, _ in order] == sorted(layer for layer, _ in order)


def test_a_dropped_arrow_would_be_noticed():
    """The check of an order bites: an order that ignores one arrow is not valid."""
    graph = DirectedGraph([(0, 1), (1, 2)])
    assert not valid([1, 0, 2], graph)


def test_arrows_count_once_and_must_be_pairs():
    assert DirectedGraph([(0, 1), (0, 1)]).edges == [(0, 1)]
    with pytest.raises(ValueError, match=r"an edge is \(0, 1, 2\), expected a pair"):
        DirectedGraph([(0, 1, 2)])
    with pytest.raises(ValueError, match=r"layered: sizes is \[2, 0\]"):
        layered([2, 0])
