"""The toy language: every word where it belongs, and homographs of both senses."""

import numpy as np
import pytest
from beside_torch import rng

from derived.topics.toy_language import ADJECTIVES, HOMOGRAPHS, NOUNS, VERBS, WORDS, bag, sentences


def test_sentences_obey_the_grammar():
    words, senses = sentences(2000, rng())
    kinds = np.array(["animal", "tool"])[senses]
    for row, kind in zip(words, kinds, strict=True):
        article, adjective, noun, verb, adverb = (WORDS[w] for w in row)
        assert article in ("the", "a") and adverb in ("often", "today", "here")
        assert adjective in ADJECTIVES[kind] + ADJECTIVES["both"]
        assert noun in NOUNS[kind] and verb in VERBS[kind]
    bats = words[:, 2] == WORDS.index("bat")
    assert set(kinds[bats]) == {"animal", "tool"}
    assert 0.45 < senses.mean() < 0.55


def test_homographs_are_the_nouns_of_both():
    assert sorted(set(NOUNS["animal"]) & set(NOUNS["tool"])) == HOMOGRAPHS


def test_a_number_of_sentences_is_positive():
    with pytest.raises(ValueError, match="count is 0"):
        sentences(0, rng())


def test_a_bag_counts_words():
    words = np.array([[0, 3, 3], [1, 1, 1]])
    counts = bag(words)
    assert counts.shape == (2, len(WORDS))
    assert counts[0, [0, 1, 3]].tolist() == [1, 0, 2]
    assert counts[1, 1] == 3
