"""Byte-pair encoding beside a slow version that counts everything anew."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derived.topics.bpe import BytePairEncoding, words


def slow(text, merges):
    """The definition: count all pairs, merge the most frequent one everywhere, again."""
    corpus, learnt = [[bytes([b]) for b in w.encode()] for w in words(text)], []
    for _ in range(merges):
        counts = Counter(pair for w in corpus for pair in zip(w, w[1:], strict=False))
        if not counts:
            break
        best = min(counts, key=lambda p: (-counts[p], p))
        learnt.append(best)
        for w in corpus:
            i = 0
            while i < len(w) - 1:
                if (w[i], w[i + 1]) == best:
                    w[i : i + 2] = [w[i] + w[i + 1]]
                i += 1
    return learnt, corpus


@settings(max_examples=40)
@given(st.text("ab \n", max_size=40), st.integers(0, 8))
def test_merges_and_tokens_are_those_of_the_definition(text, merges):
    ours = BytePairEncoding.train(text, merges)
    learnt, corpus = slow(text, merges)
    assert ours.merges == learnt
    assert [list(ours.tokens(w)) for w in words(text)] == corpus


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_every_text_survives_the_round_trip(text):
    encoding = BytePairEncoding.train("the cat sat on the mat, the end", 20)
    assert "".join(words(text)) == text
    assert encoding.decode(encoding.encode(text)) == text


def test_frequent_words_become_one_token():
    encoding = BytePairEncoding.train("low low low lower newest newest", 10)
    assert encoding.tokens(" low") == (b" low",)
    assert len(encoding.vocabulary) == 256 + len(encoding.merges)
    assert len(encoding.encode("slow")) == 2


def test_a_negative_number_of_merges_is_refused():
    with pytest.raises(ValueError, match="merges is -1"):
        BytePairEncoding.train("a", -1)
