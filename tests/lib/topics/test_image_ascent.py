"""Ascent, Adam on batches of images and dreams: known optima, PyTorch's Adam, objectives that grow."""

import numpy as np
import pytest
import torch

from derived import ops
from derived.topics.image_ascent import ascend, dream, minimize_images


def test_ascent_of_a_paraboloid():
    w = np.array([1.0, -2.0])
    image, values, lengths = ascend(lambda x: (x * w).sum() - 0.5 * (x * x).sum(), np.zeros(2), 200, 0.1)
    np.testing.assert_allclose(image, w, atol=1e-6)
    assert (np.diff(values) > -1e-12).all() and np.isclose(lengths[0], 5) and np.isclose(values[-1], 2.5)


def test_a_batch_is_torchs_adam_image_by_image():
    rng = np.random.default_rng(0)
    start, goal = rng.normal(size=(3, 1, 2, 2)), rng.normal(size=(3, 1, 2, 2))
    rows = lambda x: ops.reshape((x - goal) ** 2, (3, -1)).sum(dim=1)  # noqa: E731
    found, values = minimize_images(rows, start, 25, 0.1)
    for n in range(3):
        x = torch.tensor(start[n], requires_grad=True)
        optimizer = torch.optim.Adam([x], lr=0.1)
        for _ in range(25):
            optimizer.zero_grad()
            ((x - torch.tensor(goal[n])) ** 2).sum().backward()
            optimizer.step()
        np.testing.assert_allclose(found[n], x.detach(), atol=1e-12)
    assert values.shape == (26, 3) and (values[-1] < values[0]).all()
    np.testing.assert_allclose(values[-1], ((found - goal) ** 2).sum(axis=(1, 2, 3)))
    inside, _ = minimize_images(rows, start, 25, 0.1, (-0.1, 0.1))
    assert np.abs(inside).max() <= 0.1
    with pytest.raises(ValueError, match="losses has shape"):
        minimize_images(lambda x: (x * x).sum(), start, 1, 0.1)


def test_dream_grows_within_bounds_and_repeats():
    image = np.random.default_rng(0).normal(size=(1, 2, 12, 12)).astype(np.float32)
    runs = [dream(lambda x: (x * x).sum(), image, 8, 0.1, rng=np.random.default_rng(1), bounds=(-3, 3)) for _ in (0, 1)]
    found = runs[0]
    assert np.sum(found**2) > 1.1 * np.sum(image**2) and np.abs(found).max() <= 3 and found.dtype == np.float32
    assert np.array_equal(found, runs[1])
