"""Training on few labels: what is compared differs in one thing only."""

import numpy as np
import pytest

from derived.data import load_digits_split
from derived.topics.few_labels import with_augmentation, with_second_task
from derived.topics.pretext import dense
from derived.topics.transfer import few_shot


@pytest.fixture(scope="module")
def parts():
    X, X_test, y, y_test = load_digits_split(images=True)
    return few_shot(X, y, 10, np.random.default_rng(0)), (X_test, y_test)


def test_a_transform_that_does_nothing_changes_nothing(parts):
    runs = [with_augmentation(dense, *parts, transform, np.random.default_rng(1), epochs=20)
            for transform in (None, lambda x, rng: x, lambda x, rng: 0 * x)]  # fmt: skip
    assert runs[0] == runs[1] > 0.8 and runs[2] < 0.2


def test_a_second_task_without_weight_changes_nothing(parts):
    few, test = parts
    rng = np.random.default_rng
    alone, random_labels = (with_second_task(dense, few, second, test, 0.0, rng(1), epochs=20)
                            for second in (few[1] % 2, rng(2).integers(0, 2, len(few[1]))))  # fmt: skip
    assert alone == random_labels > 0.8
    assert alone == with_augmentation(dense, few, test, None, rng(1), epochs=20)
    spoilt = with_second_task(dense, few, rng(2).integers(0, 2, len(few[1])), test, 300.0, rng(1), epochs=20)
    assert spoilt < alone
