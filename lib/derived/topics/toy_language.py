"""A small artificial language whose sentences speak of animals or of tools, some nouns of both."""

from __future__ import annotations

from functools import cache

import numpy as np

from derived.arguments import require

__all__ = ["HOMOGRAPHS", "NOUNS", "WORDS", "bag", "sentences"]

NOUNS = {
    "animal": ["cat", "dog", "fox", "owl", "bat", "crane", "horse", "rabbit"],
    "tool": ["saw", "axe", "drill", "hammer", "bat", "crane", "wrench", "ladder"],
}
HOMOGRAPHS = ["bat", "crane"]
VERBS = {"animal": ["sleeps", "eats", "runs", "breathes"], "tool": ["rusts", "bends", "cracks", "rattles"]}
ADJECTIVES = {"animal": ["hungry", "tame", "furry"], "tool": ["steel", "blunt", "oiled"],
              "both": ["old", "small", "red"]}  # fmt: skip
OTHERS = ["the", "a", "often", "today", "here"]
WORDS = sorted({w for group in (NOUNS, VERBS, ADJECTIVES) for words in group.values() for w in words} | set(OTHERS))
_NUMBER = {word: i for i, word in enumerate(WORDS)}


def sentences(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random sentences of five words: article, adjective, noun, verb, adverb.

    The subject is an animal or a tool with equal chances, which decides about noun and verb. The adjective is one that
    fits both for every second sentence.

    Parameters
    ----------
    count : N.
    rng : source of the words.

    Returns
    -------
    words : (N, 5) integers, places in ``WORDS``.
    senses : (N,) integers, 0 for animals and 1 for tools.
    """
    require(count > 0, "sentences: count is {}, expected a positive number", count)
    senses = rng.integers(0, 2, count)
    plain = rng.random(count) < 0.5
    columns = [_choose(["the", "a"], count, rng), None, None, None, _choose(OTHERS[2:], count, rng)]
    for place, group in ((1, ADJECTIVES), (2, NOUNS), (3, VERBS)):
        columns[place] = np.where(senses == 0, _choose(group["animal"], count, rng), _choose(group["tool"], count, rng))
    columns[1] = np.where(plain, _choose(ADJECTIVES["both"], count, rng), columns[1])
    return np.stack(columns, axis=1), senses


def bag(words: np.ndarray) -> np.ndarray:
    """How often each word of the language stands in each sentence: (N, L) to (N, vocabulary)."""
    return np.eye(len(WORDS))[words].sum(axis=1)


def _choose(words: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    return _numbers(*words)[rng.integers(0, len(words), count)]


@cache
def _numbers(*words: str) -> np.ndarray:
    return np.array([_NUMBER[w] for w in words])
