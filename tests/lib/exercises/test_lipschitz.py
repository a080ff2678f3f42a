"""The references of the checkers against PyTorch, paths and the SVD."""

from itertools import combinations

import numpy as np
import torch

from derived.exercises import lipschitz as ex


def test_local_slope_is_torchs():
    def theirs(W1, b, W2, x):
        W1, b, W2, x = (torch.tensor(a) for a in (W1, b, W2, x))
        J = torch.autograd.functional.jacobian(lambda x: W2 @ torch.relu(W1 @ x + b), x)
        return torch.linalg.matrix_norm(J, 2).item()

    assert ex.local_slope(theirs)


def test_graph_bound_is_the_sum_over_paths():
    def paths(steps):
        total, last = 0.0, len(steps)
        for count in range(last):
            for inner in combinations(range(1, last), count):
                path = [0, *inner, last]
                total += np.prod([steps[b - 1].get(a, 0.0) for a, b in zip(path[:-1], path[1:], strict=True)])
        return total

    assert ex.graph_bound(paths)


def test_normalized_by_powers():
    def powers(W, v, rounds):
        right = np.linalg.matrix_power(W.T @ W, rounds) @ v
        left = W @ np.linalg.matrix_power(W.T @ W, rounds - 1) @ v
        left, right = left / np.linalg.norm(left), right / np.linalg.norm(right)
        return W / (left @ W @ right)

    assert ex.normalized(powers)


def test_every_slip_gets_its_hint():
    for checker in (ex.local_slope, ex.graph_bound, ex.normalized):
        for hint, wrong in checker.slips.items():
            verdict = checker(wrong)
            assert not verdict and verdict.hint == hint
