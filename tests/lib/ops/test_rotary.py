"""Rotary positions beside PyTorch, and what they are for: scores that depend on the distance only."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st

from derived import ops
from derived.ops.rotary import frequencies


def turned(x, positions, base):
    """The textbook's two lines, in PyTorch."""
    t, omega = (torch.tensor(a, dtype=x.dtype) for a in (positions, frequencies(x.shape[-1], base)))
    angles = t[:, None] * omega
    even, odd = x[..., 0::2], x[..., 1::2]
    pair = even * angles.cos() - odd * angles.sin(), even * angles.sin() + odd * angles.cos()
    return torch.stack(pair, dim=-1).flatten(-2)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 3), max_size=2), st.integers(1, 4), st.integers(1, 3), st.sampled_from([10.0, 1e4]))
def test_any_shape(leading, length, pairs, base):
    positions = rng().integers(0, 50, length)
    agree(lambda x: ops.rotary(x, positions, base), lambda x: turned(x, positions, base),
          normal(*leading, length, 2 * pairs))  # fmt: skip


def test_scores_depend_on_the_distance_only_and_lengths_stay():
    q, k = normal(1, 6), normal(1, 6, seed=1)
    scores = [(ops.rotary(q, [t + 3]).data @ ops.rotary(k, [t]).data.T).item() for t in (0, 1, 17)]
    close(scores, np.full(3, scores[0]))
    close(np.linalg.norm(ops.rotary(q, [5]).data), np.linalg.norm(q))
    assert abs(scores[0] - (q @ k.T).item()) > 0.01


def test_mutants():
    mutants_fail(lambda x: ops.rotary(x, [0, 3]), normal(2, 4))


def test_frequencies_fall_from_one():
    close(frequencies(8, 1e4), [1, 0.1, 0.01, 0.001])


@pytest.mark.parametrize(("x", "positions", "said"), [((2, 3), [0, 1], "even"), ((2, 4), [0], "positions has shape")])
def test_bad_arguments_are_named(x, positions, said):
    with pytest.raises(ValueError, match=said):
        ops.rotary(normal(*x), positions)
