"""Mode coverage against counts by hand and by brute force."""

import numpy as np
import pytest

from derived.data import gaussian_ring, ring_centers
from derived.topics.mode_coverage import covered_modes, mode_widths


def brute(samples, centers, noise, share):
    counts, good = np.zeros(len(centers)), 0
    for x in samples:
        d = [np.sqrt(sum((x - c) ** 2)) for c in centers]
        if min(d) <= 3 * noise:
            good += 1
            counts[int(np.argmin(d))] += 1
    return sum(c / len(samples) >= share for c in counts), good / len(samples), counts / len(samples)


@pytest.mark.parametrize(("n", "d", "K"), [(1, 1, 1), (40, 2, 3), (60, 3, 5)])
def test_counts_as_brute_force(n, d, K):
    rng = np.random.default_rng(n)
    samples, centers = rng.standard_normal((n, d)), rng.standard_normal((K, d))
    ours, theirs = covered_modes(samples, centers, 0.3, share=0.05), brute(samples, centers, 0.3, 0.05)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b)
    assert covered_modes(samples, centers, 0.1, share=0.05).good <= ours.good  # a mutation: 1 noise for 3


def test_the_ring_itself_covers_all_and_a_collapsed_sample_one():
    X, y = gaussian_ring(8000, rng=np.random.default_rng(1))
    all_modes, one = covered_modes(X, ring_centers()), covered_modes(X[y == 3], ring_centers())
    assert all_modes.covered == 8 and one.covered == 1
    assert abs(all_modes.good - (1 - np.exp(-4.5))) < 0.005
    assert np.argmax(one.shares) == 3


def test_leading_axes_are_kept():
    X, _ = gaussian_ring(600, rng=np.random.default_rng(2))
    stacked = covered_modes(X.reshape(2, 3, 100, 2), ring_centers())
    assert stacked.covered.shape == stacked.good.shape == (2, 3) and stacked.shares.shape == (2, 3, 8)
    assert stacked.covered[1, 2] == covered_modes(X[500:], ring_centers()).covered


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"samples": np.zeros(2)}, "shapes of samples and centers"),
        ({"centers": np.zeros((3, 4))}, "shapes of samples and centers"),
        ({"noise": 0}, "noise is 0"),
        ({"share": 0}, "share is 0"),
        ({"samples": np.full((3, 2), np.nan)}, "samples"),
    ],
)
def test_bad_input(change, message):
    with pytest.raises(ValueError, match=message):
        covered_modes(**{"samples": np.zeros((5, 2)), "centers": np.zeros((3, 2)), **change})


def test_widths():
    source = np.random.default_rng(0)
    centers = np.array([[0.0, 0.0], [5.0, 0.0]])
    points = centers[np.arange(20_000) % 2] + 0.2 * source.standard_normal((2, 20_000, 2))
    points[1] += 100.0  # nothing near
    np.testing.assert_allclose(mode_widths(points, centers, 0.1)[0], 1.88, atol=0.05)  # beyond 5 deviations is cut off
    assert np.isnan(mode_widths(points, centers, 0.1)[1])
    np.testing.assert_allclose(mode_widths(points[0], centers, 0.2), 1.0, atol=0.01)
