"""Total derivatives against PyTorch, bounds against them and against the sum over paths."""

from itertools import combinations

import numpy as np
import pytest
import torch

from derived.parity import graph_twin
from derived.topics.graph_bounds import TanhGraph, graph_bound, tanh_graph, total_derivative


def random_graph(widths, rng, share=0.7):
    linear, inner = [], []
    for k in range(1, len(widths)):
        draw = lambda i, k=k: rng.standard_normal((widths[k], widths[i]))
        inner.append({i: draw(i) for i in range(k) if i == k - 1 or rng.random() < share})
        linear.append({i: draw(i) for i in range(k) if rng.random() < share / 2})
    return TanhGraph(linear, inner)


@pytest.mark.parametrize("widths", [[1, 1], [3, 1, 2], [4, 3, 3, 2], [2, 5, 4, 3, 3]])
def test_derivatives_and_bounds(widths):
    rng = np.random.default_rng(sum(widths))
    for _ in range(5):
        graph, x = random_graph(widths, rng), rng.standard_normal(widths[0])
        steps = graph.local_derivatives(x)
        D = total_derivative(steps)
        np.testing.assert_allclose(D[-1], torch.func.jacrev(graph_twin(graph))(torch.tensor(x)), atol=1e-12)
        norms = [np.linalg.norm(M, 2) for M in D]
        here = graph_bound([{i: np.linalg.norm(G, 2) for i, G in step.items()} for step in steps])
        everywhere = graph_bound(graph.edge_constants())
        assert np.all(norms <= here * (1 + 1e-12)) and np.all(here <= everywhere * (1 + 1e-12))


def test_twin_and_kinds():
    for kind in ("chain", "residual", "dense"):
        graph, x = tanh_graph(kind, 4, 3, np.random.default_rng(0)), np.array([0.3, -1.0, 2.0])
        np.testing.assert_allclose(graph_twin(graph)(torch.tensor(x)), graph(x)[-1])
        assert [len(A) for A in graph.inner] == ([1, 2, 3, 4] if kind == "dense" else [1] * 4)
    with pytest.raises(ValueError, match="kind"):
        tanh_graph("chains", 1, 1, np.random.default_rng(0))


def test_the_bound_is_a_sum_over_paths():
    rng = np.random.default_rng(0)
    steps = [{i: rng.random() for i in range(k)} for k in range(1, 6)]
    total = 0.0
    for count in range(5):
        for inner in combinations(range(1, 5), count):
            path = [0, *inner, 5]
            total += np.prod([steps[b - 1][a] for a, b in zip(path[:-1], path[1:], strict=True)])
    assert graph_bound(steps)[-1] == pytest.approx(total)


def test_the_sum_from_one_is_caught():
    steps = [{0: np.eye(2)}, {0: np.eye(2), 1: np.eye(2)}]
    assert np.array_equal(total_derivative(steps)[-1], 2 * np.eye(2))
    assert not np.array_equal(steps[1][1] @ steps[0][0], 2 * np.eye(2))


def test_bad_steps():
    with pytest.raises(ValueError, match=r"step 1 uses \[1\]"):
        graph_bound([{1: 2.0}])
    with pytest.raises(ValueError, match="steps is empty"):
        total_derivative([])
    with pytest.raises(ValueError, match=r"step 2 uses \[\]"):
        graph_bound([{0: 1.0}, {}])
