"""Words for digits: spelling, reading, and that the model learns a few images by heart."""

import numpy as np
import pytest
from beside_torch import rng

from derived.topics import captions


def test_spelling_and_reading_are_inverse():
    labels = np.arange(10)
    letters = captions.spell(labels)
    assert letters.shape == (captions.LENGTH, 10) == (6, 10)
    assert captions.read(letters) == list(captions.WORDS)
    assert (letters[-1] == captions.END).all()
    assert captions.read(np.full((6, 1), captions.END)) == [""]


def test_a_few_images_are_learnt_by_heart():
    X = rng().random((40, 1, 8, 8)).astype(np.float32)
    y = np.arange(40) % 4
    model = captions.train_captioner(X, y, 0, epochs=60, batch=20)
    assert np.mean(np.array(model.captions(X)) == np.array(captions.WORDS)[y]) > 0.7


def test_other_images_are_refused():
    with pytest.raises(ValueError, match=r"images have shape \(2, 64\), expected"):
        captions.Captioner(rng=rng()).encode(np.zeros((2, 64)))
