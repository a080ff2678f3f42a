"""Augmentation beside SciPy's image functions and loops; shapes, dtypes, ranges, and that images stay as they are."""

import numpy as np
import pytest
from scipy import ndimage

from derived.data import Batches, load_images
from derived.data.augmentation import (
    Augmented,
    colour_components,
    horizontal_flip,
    pca_colour,
    random_crop,
    random_rotation,
    random_shift,
    rotate,
    shift,
)

SHAPES = [(1, 1, 1, 1), (3, 2, 5, 4), (4, 1, 8, 8)]


@pytest.mark.parametrize("shape", SHAPES)
def test_rotation_is_scipys(shape):
    rng = np.random.default_rng(0)
    images, degrees = rng.random(shape), rng.uniform(-200, 200, shape[0])
    theirs = [ndimage.rotate(x, a, axes=(1, 2), reshape=False, order=1, mode="grid-constant")
              for x, a in zip(images, degrees, strict=True)]  # fmt: skip
    np.testing.assert_allclose(rotate(images, degrees), theirs, atol=1e-12)
    if shape[2] > 1:
        assert abs(rotate(images, -degrees) - theirs).max() > 0.01


def test_quarter_turns_are_exact():
    images = np.random.default_rng(0).random((2, 3, 5, 5))
    np.testing.assert_allclose(rotate(images, 90), np.rot90(images, axes=(2, 3)), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_shift_is_scipys(shape):
    rng = np.random.default_rng(0)
    images, down, right = rng.random(shape), rng.integers(-2, 3, shape[0]), rng.integers(-2, 3, shape[0])
    theirs = [ndimage.shift(x, (0, a, b), order=0, mode="constant")
              for x, a, b in zip(images, down, right, strict=True)]  # fmt: skip
    np.testing.assert_array_equal(shift(images, down, right), theirs)
    if shape[2] > 1:
        assert not np.array_equal(np.roll(images[0], (down[0], right[0]), (1, 2)), theirs[0])


def test_shifts_take_all_places_equally_often():
    image = np.zeros((9000, 1, 5, 5))
    image[:, :, 2, 2] = 1
    counts = random_shift(image, 1, np.random.default_rng(0)).sum(axis=(0, 1))
    assert abs(counts[1:4, 1:4] - 1000).max() < 4 * np.sqrt(1000) and counts.sum() == 9000


def test_crops_are_windows():
    images = np.arange(2 * 3 * 6 * 7.0).reshape(2, 3, 6, 7)
    for seed in range(20):
        for x, crop in zip(images, random_crop(images, (4, 5), np.random.default_rng(seed)), strict=True):
            places = [(i, j) for i in range(3) for j in range(3) if np.array_equal(x[:, i : i + 4, j : j + 5], crop)]
            assert len(places) == 1
    np.testing.assert_array_equal(random_crop(images, (6, 7), np.random.default_rng(0)), images)


def test_flips():
    images = np.random.default_rng(0).random((400, 1, 2, 3))
    out = horizontal_flip(images, 0.25, np.random.default_rng(0))
    flipped = (out == images[..., ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(out[~flipped], images[~flipped])
    assert abs(flipped.mean() - 0.25) < 0.1
    np.testing.assert_array_equal(horizontal_flip(images, 1.0, np.random.default_rng(0)), images[..., ::-1])


def test_colours_vary_as_those_of_the_pixels():
    images = load_images(dtype=np.float64).X[:, :, ::9, ::9]
    components = colour_components(images)
    C = np.cov(images.transpose(1, 0, 2, 3).reshape(3, -1))
    np.testing.assert_allclose(components @ components.T, C, atol=1e-12)
    grey = np.full((20_000, 3, 1, 1), 0.5)
    added = pca_colour(grey, components, 0.1, np.random.default_rng(0))[:, :, 0, 0] - 0.5
    np.testing.assert_allclose(np.cov(added.T), 0.01 * C, atol=3e-5)
    loud = pca_colour(grey, components, 5.0, np.random.default_rng(0))
    assert loud.min() == 0 and loud.max() == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_shape_and_argument_are_kept(dtype):
    rng = np.random.default_rng(0)
    images = rng.random((3, 3, 8, 6)).astype(dtype)
    before = images.copy()
    for out in (random_shift(images, 1, rng), random_rotation(images, 10, rng), horizontal_flip(images, 0.5, rng),
                pca_colour(images, np.eye(3), 0.1, rng)):  # fmt: skip
        assert out.dtype == dtype and out.shape == images.shape and 0 <= out.min() and out.max() <= 1
    np.testing.assert_array_equal(images, before)


def test_batches_come_in_the_same_order_with_augmentation():
    X, y = np.random.default_rng(0).random((10, 1, 4, 4)), np.arange(10)
    plain = [t.tolist() for _, t in Batches(X, y, 3, np.random.default_rng(5))]
    rng = np.random.default_rng(5)
    batches = Augmented(Batches(X, y, 3, rng), lambda x, r: random_shift(x, 1, r), rng)
    assert len(batches) == 4 and [t.tolist() for _, t in batches] == plain
    first, second = (np.concatenate([x for x, _ in batches]) for _ in range(2))
    assert not np.array_equal(first, second)


def test_messages():
    rng, flat, images = np.random.default_rng(0), np.ones((2, 4)), np.ones((2, 1, 4, 4))
    for call in (lambda: shift(flat, 1, 1), lambda: rotate(flat, 1), lambda: horizontal_flip(flat, 0.5, rng)):
        with pytest.raises(ValueError, match=r"images has shape \(2, 4\), expected \(N, C, H, W\)"):
            call()
    with pytest.raises(ValueError, match=r"size is \(5, 4\), expected at most \(4, 4\)"):
        random_crop(images, (5, 4), rng)
    with pytest.raises(ValueError, match="p is 2"):
        horizontal_flip(images, 2, rng)
