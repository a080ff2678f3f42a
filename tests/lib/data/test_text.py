"""Texts as numbers and windows: they must go back and forth, and held-out text must not leak into training."""

import numpy as np
import pytest
from sklearn import datasets

from derived.data import Characters, load_descriptions, random_windows, split_text, text_windows


def test_the_descriptions_are_those_of_sklearn():
    text = load_descriptions()
    for name in ("breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine"):
        assert getattr(datasets, f"load_{name}")().DESCR.strip() in text
    assert 30_000 < len(text) < 80_000 and text.endswith("\n") and not text.startswith("\n")


def test_characters_go_back_and_forth():
    text = load_descriptions()
    characters = Characters(text)
    codes = characters.encode(text)
    assert characters.decode(codes) == text
    assert codes.min() == 0 and codes.max() == len(characters) - 1 and list(characters.symbols) == sorted(set(text))
    assert len(Characters("a")) == 1 and Characters("a").encode("").shape == (0,)
    assert characters.decode([]) == ""


def test_unknown_characters_are_named():
    characters = Characters("abc")
    with pytest.raises(ValueError, match=r"\['d', 'é'\] not among the 3 known"):
        characters.encode("badé")
    for codes in ([3], [-1, 0]):
        with pytest.raises(ValueError, match="expected 0 to 2"):
            characters.decode(codes)
    with pytest.raises(ValueError, match="empty"):
        Characters("")


@pytest.mark.parametrize("length", [1, 3, 4, 9])
def test_windows_in_order(length):
    codes = np.arange(100, 110)
    inputs, targets = text_windows(codes, length)
    assert inputs.shape == targets.shape == (len(range(0, 10 - length, length)), length)
    assert np.array_equal(targets, inputs + 1)
    assert np.array_equal(inputs[:, 0], codes[0] + np.arange(len(inputs)) * length)


def test_random_windows_stay_within_a_piece_and_reach_every_place():
    pieces = [np.arange(10), np.arange(100, 104), np.arange(200, 220)]
    inputs, targets = random_windows(pieces, 3, 4000, np.random.default_rng(0))
    assert np.array_equal(targets, inputs + 1)  # across a seam the numbers would jump
    starts, counts = np.unique(inputs[:, 0], return_counts=True)
    assert starts.tolist() == [*range(7), 100, *range(200, 217)]
    assert counts.min() > 4000 / 25 * 0.6 and counts.max() < 4000 / 25 * 1.4
    assert random_windows(np.arange(4), 3, 2, np.random.default_rng(0))[0].tolist() == [[0, 1, 2]] * 2


def test_windows_longer_than_the_text():
    for cut in (lambda: text_windows([1, 2, 3], 3), lambda: text_windows([1, 2, 3], 0),
                lambda: random_windows([[1, 2, 3, 4], [1, 2, 3]], 3, 1, np.random.default_rng(0))):  # fmt: skip
        with pytest.raises(ValueError, match="expected 1 to 2"):
            cut()


def test_parts_are_disjoint_and_complete():
    text = "".join(chr(i) for i in range(1000, 3345))
    parts = split_text(text, block=100, rng=np.random.default_rng(0))
    assert [len(p) for p in parts] == [19, 3, 2]
    assert sorted("".join(b for p in parts for b in p)) == list(text)
    assert all(b in text for p in parts for b in p) and parts[0] == sorted(parts[0])
    assert parts != split_text(text, block=100, rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match="sum to 1"):
        split_text(text, (0.5, 0.6), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="empty"):
        split_text(text, rng=np.random.default_rng(0))
