"""What the tape adds to a small operation: 100 chained operations on 4 x 4 arrays, forward and backward.

The bare work is the same operations and the same pullbacks on plain arrays, without tensors or a tape. The figure is a
difference of microseconds, so it is taken from the least disturbed of many short rounds.
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Measure, interleave
from derived import ops
from derived.tensor import Tensor

OPERATIONS = 100


def build() -> Measure:
    """Microseconds of tape an operation, ours; the same excess of PyTorch over bare NumPy for comparison."""
    import torch

    x, c = np.full((4, 4), 0.5), np.full((4, 4), 0.999)
    leaf, their_leaf, their_c = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True), torch.tensor(c)
    seed, their_seed = np.ones_like(x), torch.ones((4, 4), dtype=torch.float64)
    rules = [ops.mul.rule, ops.add.rule] * (OPERATIONS // 2)

    def bare():
        z, pulls = x, []
        for rule in rules:
            z, pull, _ = rule(z, c)
            pulls.append(pull)
        g = seed
        for pull in reversed(pulls):
            g = pull(g)
        return g

    def tape():
        z = leaf
        for _ in range(OPERATIONS // 2):
            z = z * c + c
        leaf.grad = None
        z.backward(seed)
        return leaf.grad

    def theirs():
        z = their_leaf
        for _ in range(OPERATIONS // 2):
            z = z * their_c + their_c
        their_leaf.grad = None
        z.backward(their_seed)
        return their_leaf.grad.numpy()

    def figure():
        np.testing.assert_allclose(bare(), tape(), rtol=1e-12)
        np.testing.assert_allclose(theirs(), tape(), rtol=1e-12)
        best = [s.min() for s in interleave([bare, tape, theirs], rounds=300, turn=0.001).seconds]
        return tuple(1e6 * (best[i] - best[0]) / OPERATIONS for i in (1, 2))

    return Measure("engine: tape a small operation", "µs", figure, most=2.5)
