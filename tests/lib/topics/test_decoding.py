"""Searching for the most probable sequence: enumeration decides."""

from itertools import product

import numpy as np
import pytest
from beside_torch import rng

from derived.topics import decoding


def best_of_all(model, letters, length):
    return max(product(range(letters), repeat=length), key=lambda p: decoding.log_probability(model, p))


@pytest.mark.parametrize(("letters", "length"), [(1, 1), (1, 4), (2, 4), (3, 3), (4, 2)])
def test_brute_force_narrow_and_wide_beams(letters, length):
    for seed in range(5):
        model = decoding.random_model(letters, rng(seed))
        best = best_of_all(model, letters, length)
        assert decoding.brute_force(model, length)[0] == best
        assert decoding.beam(model, length, letters ** (length - 1))[0] == best
        steps = decoding.beam(model, length, 1)[0]
        assert all(steps[t] == model(steps[:t]).argmax() for t in range(length))  # the best letter at every step
        for width in range(1, 6):
            sequence, score = decoding.beam(model, length, width)
            assert np.isclose(score, decoding.log_probability(model, sequence))
            assert score <= decoding.log_probability(model, best) + 1e-12


def test_the_trap():
    model = decoding.table_model(decoding.TRAP, 3)
    found = [round(float(np.exp(decoding.beam(model, 3, k)[1])), 4) for k in (1, 2, 3)]
    assert found == [0.1437, 0.0585, 0.1437]
    assert np.isclose(np.exp(decoding.brute_force(model, 3)[1]), 0.40 * 0.36 * 0.998)
    assert all(np.isclose(sum(row), 1) for row in decoding.TRAP.values())


def test_all_sequences_and_tables_sum_to_one():
    model = decoding.random_model(3, rng())
    every = dict(decoding.all_sequences(model, 4))
    assert len(every) == 81
    assert np.isclose(sum(np.exp(list(every.values()))), 1)
    table = decoding.sequence_table(model, 3, 4)
    assert table.shape == (3, 3, 3, 3)
    assert all(np.isclose(table[p], np.exp(s)) for p, s in every.items())


def test_finished_sequences_stop_at_their_first_end():
    model = decoding.random_model(3, rng(1))
    done, alive = decoding.finished(model, 3, end=0)
    assert all(p.count(0) == 1 and p[-1] == 0 for p, _ in done)
    assert len(done) == 1 + 2 + 4
    assert np.isclose(sum(np.exp(s) for _, s in done) + alive, 1)


def test_a_beam_has_a_width():
    with pytest.raises(ValueError, match="width is 0, expected at least 1"):
        decoding.beam(decoding.random_model(2, rng()), 2, 0)


@pytest.mark.parametrize(("letters", "length"), [(2, 2), (3, 3), (2, 5)])
def test_no_smaller_width_is_sure_of_the_best(letters, length):
    model, sure = decoding.late_model(letters, length, rng()), letters ** (length - 1)
    assert best_of_all(model, letters, length) == (0,) * length
    found = [decoding.beam(model, length, k)[0] == (0,) * length for k in range(1, sure + 1)]
    assert found == [False] * (sure - 1) + [True]
    np.testing.assert_allclose(np.exp(model((0,) * (length - 1))).sum(), 1)
