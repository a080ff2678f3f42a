"""Bounds by their formulas, deviations beside plain loops over samples and thresholds."""

import numpy as np
import pytest

from derived.topics import vc_bound as vc


def test_numbers():
    assert vc.finite_bound(200, 1000, 0.05) == pytest.approx(np.sqrt(np.log(20000) / 400))
    assert vc.vc_bound(1000, np.log(2001), 0.05) == pytest.approx(0.3005, abs=1e-4)
    assert vc.vc_bound_dimension(1000, 1, 0.05) == pytest.approx(vc.vc_bound(1000, np.log(2001), 0.05))
    assert vc.network_bound(500, 3, 0.1, bits=2) == pytest.approx(vc.finite_bound(500, 64, 0.1))


def brute_deviation(x, y, noise):
    grid = np.concatenate([[0, 1], x, x - 1e-12, np.linspace(0, 1, 999)])
    risk = noise + (1 - 2 * noise) * np.abs(grid - 0.5)
    trained = np.mean((x > grid[:, None]) != y, axis=1)
    return np.max(risk - trained)


@pytest.mark.parametrize(("n", "noise"), [(1, 0.0), (1, 0.5), (7, 0.2), (40, 0.5)])
def test_threshold_deviations_by_a_search(n, noise):
    ours = vc.threshold_deviations(n, 20, noise, rng=np.random.default_rng(3))
    rng = np.random.default_rng(3)  # the same draws, in the same order
    x = np.sort(rng.random((20, n)), axis=1)
    flips = rng.integers(1, 2, 20 * n), rng.random(20 * n) < noise
    y = ((x > 0.5) + (flips[0] * flips[1]).reshape(x.shape)) % 2
    brute = [brute_deviation(*pair, noise) for pair in zip(x, y, strict=True)]
    assert np.allclose(ours, brute, atol=1e-9)


def test_coin_deviations():
    rng = np.random.default_rng(4)
    means = [vc.coin_deviations(100, 200, 800, how, rng=rng).mean() for how in ("equal", "nested", "independent")]
    assert abs(means[0]) < 0.01 < means[1] < means[2]
    sample = [0.5 - rng.binomial(100, 0.5, 200).min() / 100 for _ in range(800)]
    assert means[2] == pytest.approx(np.mean(sample), abs=0.004)
    walks = []
    for _ in range(800):
        x, y, at = rng.random(100), rng.integers(0, 2, 100), np.arange(1, 10) / 10
        walks.append(0.5 - np.mean((x > at[:, None]) != y, axis=1).min())
    assert vc.coin_deviations(100, 9, 800, "nested", rng=rng).mean() == pytest.approx(np.mean(walks), abs=0.008)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="delta is 1"):
        vc.finite_bound(10, 2, 1)
    with pytest.raises(ValueError, match="log_growth"):
        vc.vc_bound(10, -1, 0.1)
    with pytest.raises(ValueError, match="how"):
        vc.coin_deviations(10, 2, 3, "both", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="noise is 0.7"):
        vc.threshold_deviations(10, 2, 0.7, rng=np.random.default_rng(0))
