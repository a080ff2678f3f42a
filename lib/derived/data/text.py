"""Texts for language models: the descriptions that scikit-learn ships, characters as numbers, windows of text."""

from collections.abc import Iterable, Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require

__all__ = ["Characters", "load_descriptions", "random_windows", "split_text", "text_windows"]


def load_descriptions() -> str:
    """The descriptions of scikit-learn's data sets (the ``DESCR`` of each loader), one after the other: 43,000 letters.

    All fourteen texts that come with the package, in the alphabetical order of their files, those of sets that would
    have to be downloaded included; an empty line stands between two texts. English prose, lists and tables in
    reStructuredText. Source and licence: scikit-learn, BSD-3-Clause.
    """
    folder = files("sklearn.datasets.descr")
    texts = sorted((f for f in folder.iterdir() if f.name.endswith(".rst")), key=lambda f: f.name)
    return "\n\n".join(f.read_text(encoding="utf-8").strip() for f in texts) + "\n"


class Characters:
    r"""The characters of a text, numbered in the order of their code points.

    Parameters
    ----------
    text : str
        Every character in it gets a number from 0 to V - 1.

    Attributes
    ----------
    symbols : str
        The V characters; number k stands for ``symbols[k]``.

    Examples
    --------
    >>> characters = Characters("abba cab")
    >>> len(characters), characters.encode("cab").tolist(), characters.decode([1, 2])
    (4, [3, 1, 2], 'ab')
    """

    def __init__(self, text: str) -> None:
        require(len(text) > 0, "Characters: text is empty, expected at least one character")
        self.symbols = "".join(sorted(set(text)))
        self._numbers = {symbol: k for k, symbol in enumerate(self.symbols)}

    def __len__(self) -> int:
        """The size V of the vocabulary."""
        return len(self.symbols)

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the characters, int64, shape (len(text),).

        Raises
        ------
        ValueError
            If a character does not occur in the text that the vocabulary was made from.
        """
        unknown = sorted(set(text) - set(self.symbols))
        require(not unknown, f"Characters.encode: {unknown} not among the {len(self)} known characters")
        return np.array([self._numbers[symbol] for symbol in text], dtype=np.int64)

    def decode(self, codes: ArrayLike) -> str:
        """The text with these numbers; undoes :meth:`encode`.

        Raises
        ------
        ValueError
            If a number is not from 0 to V - 1.
        """
        codes = np.asarray(codes, dtype=np.int64).reshape(-1)
        require(bool(np.all((codes >= 0) & (codes < len(self)))),
                f"Characters.decode: numbers from {codes.min(initial=0)} to {codes.max(initial=0)}, "
                f"expected 0 to {len(self) - 1}")  # fmt: skip
        return "".join(self.symbols[k] for k in codes)

    def __repr__(self) -> str:
        return f"Characters({self.symbols!r})"


def split_text(text: str, sizes: Sequence[float] = (0.8, 0.1, 0.1), *, block: int = 1000,
               rng: np.random.Generator) -> list[list[str]]:  # fmt: skip
    """Cut a text into blocks of `block` characters (the last is shorter) and deal these at random into parts.

    Blocks, not single characters or windows: two windows that overlap would share text between training and test.

    Returns
    -------
    One list of blocks for each size, such as training, validation, test; each in the order of the text.

    Raises
    ------
    ValueError
        If the sizes do not sum to 1, or if a part would be empty.
    """
    require(abs(sum(sizes) - 1) < 1e-9, f"split_text: sizes are {tuple(sizes)}, expected fractions that sum to 1")
    blocks = [text[i : i + block] for i in range(0, len(text), block)]
    edges = np.round(np.cumsum(sizes) * len(blocks)).astype(int)
    parts = np.split(rng.permutation(len(blocks)), edges[:-1])
    require(all(len(p) for p in parts), f"split_text: {len(blocks)} blocks leave a part of {tuple(sizes)} empty")
    return [[blocks[k] for k in sorted(part)] for part in parts]


def text_windows(codes: ArrayLike, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of a text in its order, with the next character of each position as its target.

    Parameters
    ----------
    codes : (L,) integers, :meth:`Characters.encode` of a text.
    length : T, characters in a window; no two windows overlap.

    Returns
    -------
    inputs, targets : (n, T) integers, ``targets[i, t]`` the character after ``inputs[i, t]``. What is left over at the
    end, less than a window, is dropped.

    Examples
    --------
    >>> inputs, targets = text_windows([1, 2, 3, 4, 5], 2)
    >>> inputs.tolist(), targets.tolist()
    ([[1, 2], [3, 4]], [[2, 3], [4, 5]])
    """
    codes = _long_enough("text_windows", codes, length)
    places = np.arange(0, len(codes) - length, length)[:, None] + np.arange(length)
    return codes[places], codes[places + 1]


def random_windows(codes: ArrayLike | Iterable[ArrayLike], length: int, count: int,
                   rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """`count` windows that start anywhere, each place as likely as any other; shapes as :func:`text_windows`.

    Parameters
    ----------
    codes : (L,) integers, or a list of such arrays, of which no window reaches from one into the next.
    length, count : T characters in each of n windows.
    rng : source of the places.
    """
    pieces = [codes] if np.ndim(codes[0]) == 0 else codes
    pieces = [_long_enough("random_windows", p, length) for p in pieces]
    room = np.array([len(p) - length for p in pieces])  # in how many places of each a window may start
    ends = room.cumsum()
    places = rng.integers(0, ends[-1], count)
    at = np.searchsorted(ends, places, side="right")
    starts = places - ends[at] + room[at]
    windows = np.stack([pieces[k][s : s + length + 1] for k, s in zip(at, starts, strict=True)])
    return windows[:, :-1].copy(), windows[:, 1:].copy()


def _long_enough(where: str, codes: ArrayLike, length: int) -> np.ndarray:
    codes = np.asarray(codes)
    require(codes.ndim == 1 and 1 <= length < len(codes),
            "{}: length is {}, expected 1 to {} (one less than the text, which needs a next character)",
            where, length, codes.size - 1)  # fmt: skip
    return codes
