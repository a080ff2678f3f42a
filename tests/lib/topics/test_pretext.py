"""Pretext tasks: the labels are what was done to the images; the trunk learns; the probe is ridge regression."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from derived import nn
from derived.topics.pretext import (
    Pretext,
    convolutional,
    denoising,
    dense,
    pretext_score,
    pretrain,
    probe,
    probe_study,
    quarter_turns,
)
from derived.training import predict


@pytest.fixture
def images():
    return np.random.default_rng(0).random((40, 1, 4, 4), dtype=np.float32)


@pytest.mark.parametrize("build, features", [(dense, 64), (convolutional, 256)])
def test_trunks(build, features):
    X = np.random.default_rng(0).random((3, 1, 8, 8), dtype=np.float32)
    assert predict(build(np.random.default_rng(0)), X).shape == (3, features)


def test_quarter_turns_are_undone_by_their_labels(images):
    before = images.copy()
    turned, turns = quarter_turns(images, np.random.default_rng(1))
    assert sorted(set(turns.tolist())) == [0, 1, 2, 3] and turned.dtype == np.float32
    for x, z, k in zip(images, turned, turns, strict=True):
        np.testing.assert_array_equal(np.rot90(z[0], -k), x[0])
    np.testing.assert_array_equal(images, before)


def test_denoising_gives_back_the_clean_image(images):
    noisy, clean = denoising(np.repeat(images, 50, axis=0), np.random.default_rng(1), 0.5)
    np.testing.assert_array_equal(clean[::50], images.reshape(40, -1))
    assert np.std(noisy.reshape(clean.shape) - clean) == pytest.approx(0.5, rel=0.02)


def test_batches_are_made_anew(images):
    batches = Pretext(images, quarter_turns, 16, np.random.default_rng(0))
    assert len(batches) == 3 and [len(k) for _, k in batches] == [16, 16, 8]
    assert next(iter(batches))[1].tolist() != next(iter(batches))[1].tolist()


@pytest.mark.parametrize("task, chance", [("rotation", 0.25), ("denoising", 1.0)])
def test_the_task_is_learnt(task, chance):
    """Images with a bright upper half can be turned back, and are simple enough to be rebuilt."""
    rng = np.random.default_rng(0)
    images = np.zeros((200, 1, 4, 4), np.float32)
    images[:, :, :2] = rng.random((200, 1, 1, 1)) + 0.5
    trunk = nn.Sequential(nn.Flatten(), nn.Linear(16, 12, rng=rng, init="he_normal"), nn.ReLU())
    start = trunk.state_dict()["1.weight"]
    model = pretrain(trunk, images, task, rng=rng, epochs=60, batch_size=50)
    assert not np.array_equal(trunk[1].weight.data, start)  # in place
    score = pretext_score(model, images, task, rng)
    assert score > 0.95 if task == "rotation" else score < 0.6 * chance


def test_the_probe_is_ridge_on_one_hot_labels():
    rng = np.random.default_rng(0)
    F, y = rng.standard_normal((30, 5)), rng.integers(0, 3, 30)
    y[:3] = [0, 1, 2]
    theirs = Ridge(alpha=30 * 0.1).fit(F / F.std(), np.eye(3)[y])
    expected = np.mean(theirs.predict(F / F.std()).argmax(axis=1) == y)
    assert probe(F, y, F, y, 0.1) == expected


def test_the_study_probes_the_trunk_that_was_trained(images):
    images = np.tile(images, (1, 1, 2, 2))
    few = images[:20], np.arange(20) % 2
    runs = {task: probe_study(dense, task, few, images, few, 0) for task in (None, "rotation")}
    assert np.isnan(runs[None][0]) and 0 <= runs["rotation"][0] <= 1
    trunk = dense(np.random.default_rng([0, 1]))
    features = predict(trunk, few[0])
    assert runs[None][1] == probe(features, few[1], features, few[1])
    pretrain(trunk, images, "rotation", rng=np.random.default_rng([0, 2]))
    trained = predict(trunk, few[0])
    assert runs["rotation"][1] == probe(trained, few[1], trained, few[1])
    assert not np.allclose(trained, features)


def test_messages(images):
    with pytest.raises(ValueError, match="expected \\(N, C, H, H\\)"):
        quarter_turns(images[..., :2], np.random.default_rng(0))
    with pytest.raises(ValueError, match="task"):
        pretrain(nn.Sequential(nn.Flatten()), images, "rotations", rng=np.random.default_rng(0))
