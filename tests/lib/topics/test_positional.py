"""Sinusoidal encodings: the table of the paper, and shifts as rotations."""

import math

import numpy as np
import pytest
from beside_torch import close, rng

from derived.topics.positional import shift_matrix, sinusoidal


def test_entry_by_entry():
    P = sinusoidal(7, 6, 100.0)
    for t in range(7):
        for i in range(3):
            angle = t / 100.0 ** (2 * i / 6)
            close(P[t, 2 * i : 2 * i + 2], [math.sin(angle), math.cos(angle)])


@pytest.mark.parametrize("dim", [2, 8])
def test_a_shift_is_one_rotation_for_all_places(dim):
    t = rng().uniform(0, 100, 5)
    for k in (-3, 0, 0.5, 40):
        R = shift_matrix(k, dim)
        close(sinusoidal(t, dim) @ R.T, sinusoidal(t + k, dim))
        close(R @ R.T, np.eye(dim))
        close(np.linalg.det(R), 1.0)
    assert not np.allclose(sinusoidal(t, dim) @ R, sinusoidal(t + k, dim))


def test_lengths_are_equal():
    close(np.linalg.norm(sinusoidal(50, 10), axis=1), np.full(50, math.sqrt(5)))


def test_odd_dimensions_are_refused():
    with pytest.raises(ValueError, match="dim is 3"):
        sinusoidal(4, 3)
