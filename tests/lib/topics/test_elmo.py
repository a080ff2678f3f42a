"""The bidirectional language model: what each direction sees, letters, and the mixture beside PyTorch."""

import numpy as np
import pytest
from beside_torch import agree, close, normal, rng

from derived.tensor import Tensor
from derived.topics.elmo import BidirectionalLM, MixedTask, letters, mix, pretrain
from derived.topics.toy_language import WORDS, sentences


def test_letters():
    rows = letters(["a", "bat"])
    assert rows[0, :4].tolist() == [27, 1, 27, 0]
    assert rows[1, :6].tolist() == [27, 2, 1, 20, 27, 0]
    with pytest.raises(ValueError, match="'Bat'"):
        letters(["Bat"])


def test_each_direction_sees_its_side_only():
    model, words = BidirectionalLM(6, rng=rng()), sentences(1, rng())[0]
    changed = words.copy()
    changed[0, 2] = (changed[0, 2] + 1) % len(WORDS)
    for j, (stack, seen) in enumerate(zip(model.stacks(words), ([2, 3, 4], [0, 1, 2]), strict=True)):
        other = model.stacks(changed)[j]
        moved = np.abs(stack[-1].data - other[-1].data).max(axis=(1, 2)) > 1e-7
        assert np.flatnonzero(moved).tolist() == seen


def test_layers_and_words_never_seen():
    model, words = BidirectionalLM(6, rng=rng()), sentences(3, rng())[0]
    layers = model.layers(words)
    assert [layer.shape for layer in layers] == [(5, 3, 12)] * 3
    close(layers[0].data[..., :6], layers[0].data[..., 6:], 0)
    assert model._read(letters(["cats", "catss"])).shape == (2, 6)


def test_mixture():
    arrays = [normal(2, 3, seed=k) for k in range(3)]

    def ours(s, gamma, *layers):
        return mix(list(layers), s, gamma)

    def theirs(s, gamma, *layers):
        return gamma * sum(w * h for w, h in zip(s.softmax(0), layers, strict=True))

    agree(ours, theirs, normal(3, seed=5), normal(1, seed=6), *arrays)


def test_training_lowers_the_loss():
    losses = pretrain(BidirectionalLM(8, rng=rng()), 80, rng(1))
    assert losses[-10:].mean() < losses[0] - 2


def test_a_task_weighs_the_layer_that_tells():
    labels = rng().integers(0, 2, 200)
    noise, told = (rng(k).standard_normal((200, 4)).astype(np.float32) for k in (1, 2))
    told[:, 0] += 6 * labels
    task = MixedTask(2, 4, 2, rng=rng())
    weights = task.fit([Tensor(noise), Tensor(told)], labels)
    close(weights.sum(), np.float32(1), 1e-5)
    assert weights[1] > 0.7
    assert np.mean(task([Tensor(noise), Tensor(told)]).data.argmax(axis=1) == labels) > 0.95
