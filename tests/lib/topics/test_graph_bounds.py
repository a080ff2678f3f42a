"""Total derivatives against PyTorch, bounds against them and against the sum over paths."""

from itertools import combinations

import numpy as np
import pytest
import torch

from derived.topics.graph_bounds import TanhGraph, graph_bound, total_derivative


def random_graph(widths, rng, share=0.7):
    linear, inner = [], []
    for k in range(1, len(widths)):
        draw = lambda i, k=k: rng.standard_normal((widths[k], widths[i]))
        inner.append({i: draw(i) for i in range(k) if i == k - 1 or rng.random() < share})
        linear.append({i: draw(i) for i in range(k) if rng.random() < share / 2})
    return TanhGraph(linear, inner)


def by_torch(graph, x):
    def f(x):
        values = [x]
        for C, A in zip(graph.linear, graph.inner, strict=True):
            z = sum(torch.tensor(M) @ values[i] for i, M in A.items())
            values.append(torch.tanh(z) + sum(torch.tensor(M) @ values[i] for i, M in C.items()))
        return values[-1]

    return torch.autograd.functional.jacobian(f, torch.tensor(x)).numpy()


@pytest.mark.parametrize("widths", [[1, 1], [3, 1, 2], [4, 3, 3, 2], [2, 5, 4, 3, 3]])
def test_derivatives_and_bounds(widths):
    rng = np.random.default_rng(sum(widths))
    for _ in range(5):
        graph, x = random_graph(widths, rng), rng.standard_normal(widths[0])
        steps = graph.local_derivatives(x)
        D = total_derivative(steps)
        np.testing.assert_allclose(D[-1], by_torch(graph, x), atol=1e-12)
        norms = [np.linalg.norm(M, 2) for M in D]
        here = graph_bound([{i: np.linalg.norm(G, 2) for i, G in step.items()} for step in steps])
        everywhere = graph_bound(graph.edge_constants())
        assert np.all(norms <= here * (1 + 1e-12)) and np.all(here <= everywhere * (1 + 1e-12))


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
