"""Prompts with a dictionary of their own: their form, and the best accuracy by enumeration."""

import itertools

import pytest
from beside_torch import close, rng

from derived.topics.gpt import GPT
from derived.topics.in_context import accuracy_by_shots, best_accuracy, prompts, train


def test_a_prompt_is_consistent():
    tokens = prompts(200, 5, 3, 4, rng())
    assert tokens.shape == (200, 12)
    keys, values = tokens[:, ::2], tokens[:, 1::2]
    assert keys.min() == 0 and keys.max() == 2 and values.min() == 3 and values.max() == 6
    for row, found in zip(keys, values, strict=True):
        assert all(len({v for k, v in zip(row, found, strict=True) if k == key}) <= 1 for key in row)


@pytest.mark.parametrize(("shots", "keys", "values"), [(0, 2, 3), (2, 2, 2), (3, 3, 2), (2, 1, 4)])
def test_the_best_accuracy_by_enumeration(shots, keys, values):
    right = total = 0
    for asked in itertools.product(range(keys), repeat=shots + 1):
        total += 1
        right += 1 if asked[-1] in asked[:-1] else 1 / values
    close(best_accuracy(shots, keys, values), right / total)


def test_training_raises_the_accuracy_after_a_shot():
    model = GPT(3, 16, 2, 2, rng=rng())
    losses = train(model, 3, 1, 2, 120, rng(1))
    found = accuracy_by_shots(model, 3, 1, 2, rng(2), 500)
    assert losses[-10:].mean() < losses[0]
    assert found[0] < 0.6 < 0.95 < found[1:].min()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="shots -1"):
        prompts(1, -1, 2, 2, rng())
