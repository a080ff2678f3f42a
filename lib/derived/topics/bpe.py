"""Byte-pair encoding: a vocabulary of word pieces, found by merging what often stands together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from derived.arguments import require

__all__ = ["BytePairEncoding", "words"]

Pair = tuple[bytes, bytes]
Pieces = tuple[bytes, ...]


def words(text: str) -> list[str]:
    """The text cut before every space that precedes a word; joined, the pieces give back the text."""
    return re.findall(r" ?[^\s]+|\s+", text)


class BytePairEncoding:
    """Tokens are byte strings: at first the 256 single bytes, then one more for each merge.

    A merge joins the two neighbouring tokens that stand together most often in the words of the training text. No
    merge reaches over a word's end. As the single bytes stay, every text can be encoded.

    Parameters
    ----------
    merges : the pairs in the order in which they were learnt.

    Attributes
    ----------
    merges : that list.
    vocabulary : list of byte strings; the number of a token is its place in it.

    Notes
    -----
    The C Users Journal 12(2), 1994, pages 23 to 38, for compression; R. Sennrich, B. Haddow and A. Birch, ACL 2016, for
    words.
    """

    def __init__(self, merges: Iterable[Pair]) -> None:
        self.merges = list(merges)
        self.vocabulary = [bytes([b]) for b in range(256)] + [a + b for a, b in self.merges]
        # two merges may spell the same bytes; both are decoded alike, the first number is used
        self._number = {token: i for i, token in reversed(list(enumerate(self.vocabulary)))}
        self._rank = {pair: i for i, pair in enumerate(self.merges)}
        self._known: dict[str, list[int]] = {}

    @classmethod
    def train(cls, text: str, merges: int) -> BytePairEncoding:
        """Learn at most that many merges; ties go to the pair that comes first in alphabetical order.

        Raises
        ------
        ValueError
            if the number of merges is negative.
        """
        require(merges >= 0, "BytePairEncoding: merges is {}, expected a number >= 0", merges)
        counts = {single_bytes(w): n for w, n in Counter(words(text)).items()}
        learnt: list[Pair] = []
        pairs: Counter[Pair] = Counter()
        for pieces, n in counts.items():
            _count(pairs, pieces, n)
        while len(learnt) < merges and (best := _most_frequent(pairs)):
            learnt.append(best)
            for pieces in [p for p in counts if best[0] in p and best in zip(p, p[1:], strict=False)]:
                n = counts.pop(pieces)
                shorter = merge(pieces, best)
                counts[shorter] = counts.get(shorter, 0) + n
                _count(pairs, pieces, -n)
                _count(pairs, shorter, n)
        return cls(learnt)

    def tokens(self, word: str) -> Pieces:
        """A word's tokens: of the pairs that can be merged, the one learnt first is, again and again."""
        pieces = single_bytes(word)
        while len(pieces) > 1:
            best = min(zip(pieces, pieces[1:], strict=False), key=lambda pair: self._rank.get(pair, len(self._rank)))
            if best not in self._rank:
                break
            pieces = merge(pieces, best)
        return pieces

    def encode(self, text: str) -> list[int]:
        """The numbers of the text's tokens."""
        for word in words(text):
            if word not in self._known:
                self._known[word] = [self._number[token] for token in self.tokens(word)]
        return [number for word in words(text) for number in self._known[word]]

    def decode(self, numbers: Iterable[int]) -> str:
        """The text; bytes that are no valid text become the replacement character."""
        return b"".join(self.vocabulary[n] for n in numbers).decode("utf-8", errors="replace")


def single_bytes(word: str) -> Pieces:
    """The bytes of a word, each by itself."""
    return tuple(bytes([b]) for b in word.encode("utf-8"))


def merge(pieces: Pieces, pair: Pair) -> Pieces:
    """The pieces with every occurrence of the pair, from the left, as one piece."""
    merged, i = [], 0
    while i < len(pieces):
        if pieces[i : i + 2] == pair:
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(pieces[i])
            i += 1
    return tuple(merged)


def _count(pairs: Counter[Pair], pieces: Pieces, n: int) -> None:
    for pair in zip(pieces, pieces[1:], strict=False):
        pairs[pair] += n
        if pairs[pair] == 0:
            del pairs[pair]


def _most_frequent(pairs: Counter[Pair]) -> Pair | None:
    most = max(pairs.values(), default=0)
    return min((pair for pair, n in pairs.items() if n == most), default=None)
