"""Strings written backwards, told the truth or not."""

import numpy as np

from derived.topics.reversal import forcing, train_reversal


def test_short_strings_are_learnt_and_exact_matches_agree():
    run = train_reversal(0, length=2, hidden=24, steps=120, every=40, test=20)
    assert list(run.steps) == [40, 80, 120]
    for seen in run.seen:
        assert seen.forced_exact == seen.free_exact
        assert seen.forced_hits[0] == seen.free_hits[0]
        assert len(seen.forced_hits) == 2
    assert run.seen[-1].free_loss < run.seen[0].free_loss
    assert run.seen[-1].free_exact > 0.7


def test_copies_are_copies_and_the_measure_knows_a_right_answer():
    run = train_reversal(0, length=1, hidden=16, steps=100, every=100, reverse=False, told=0.5, test=2)
    assert forcing(run.model, np.arange(10)[None], np.arange(10)[None]).free_exact > 0.7
