"""Masked language modelling: the corruption's shares, what the encoder sees, and that training helps."""

import numpy as np
import pytest
from beside_torch import close, rng

from derived.topics.masked_lm import MASK, MaskedLM, corrupt, masked_accuracy, pretrain
from derived.topics.toy_language import WORDS, sentences


def test_shares_of_the_corruption():
    words = sentences(20000, rng())[0]
    corrupted, chosen = corrupt(words, rng(1), 0.15)
    p = 1 / len(WORDS)
    for found, expected in [
        (chosen, 0.15), (corrupted == MASK, 0.12), ((corrupted != MASK) & (corrupted != words), 0.015 * (1 - p)),
    ]:  # fmt: skip
        assert abs(found.mean() - expected) < 4 * np.sqrt(expected / words.size)
    assert np.array_equal(corrupted[~chosen], words[~chosen])


def test_every_word_sees_both_sides():
    model, words = MaskedLM(8, 2, 1, rng=rng(), dtype=np.float64), sentences(1, rng())[0]
    for place in range(5):
        changed = words.copy()
        changed[0, place] = MASK
        moved = np.abs(model(changed).data - model(words).data).max(axis=(0, 2))
        assert (moved > 1e-6).all()


def test_frozen_features_are_those_of_the_noun():
    model, words = MaskedLM(8, 2, 1, rng=rng(), dtype=np.float64), sentences(3, rng())[0]
    close(model.noun_features(words), model.features(words).data[:, 2], 0)


def test_training_learns_the_language():
    model = MaskedLM(16, 2, 1, rng=rng())
    words = sentences(500, rng(7))[0]
    before = masked_accuracy(model, words).mean()
    losses = pretrain(model, 150, rng(1))
    assert losses[-20:].mean() < losses[:5].mean() - 1
    assert masked_accuracy(model, words).mean() > before + 0.1
    assert masked_accuracy(model, words).shape == (5,)


def test_the_share_is_a_probability():
    with pytest.raises(ValueError, match="share is 0"):
        corrupt(np.zeros((1, 5), int), rng(), 0)
    close(corrupt(np.zeros((2, 5), int), rng(), 1.0)[1], np.ones((2, 5), bool))
