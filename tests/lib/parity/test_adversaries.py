"""The references do what they say, by grids and by hand."""

import numpy as np
import torch

from derived.parity.adversaries import input_gradients, nearest_point, shortest_change, torch_pgd, worst_logistic
from derived.topics.adversarial_training import strided_cnn


def test_nearest_point_and_shortest_change_by_hand():
    x, far = np.array([0.5, 0.5]), np.array([0.5, 2.0])
    for p in (1, 2, np.inf):
        np.testing.assert_allclose(nearest_point(far, x, 0.2, p), [0.5, 0.7], atol=1e-6)
        np.testing.assert_allclose(nearest_point(far, x, 0.9, p), [0.5, 1.0], atol=1e-6)
    np.testing.assert_allclose(nearest_point(np.array([1.5, 1.5]), x, 0.2, 1, None), [0.6, 0.6], atol=1e-6)
    np.testing.assert_allclose(shortest_change(np.array([3.0, 4.0]), 5.0, 2), [0.6, 0.8], atol=1e-6)


def test_worst_loss_on_a_grid():
    w, x, b = np.array([1.0, -2.0]), np.array([0.3, 0.1]), 0.2
    side = np.linspace(-0.4, 0.4, 401)
    r = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    for p in (1, 2, np.inf):
        inside = r[np.linalg.norm(r, p, axis=1) <= 0.4 + 1e-12]
        brute = np.logaddexp(0, -((x + inside) @ w + b)).max()
        assert abs(worst_logistic(w, b, x, 1, 0.4, p) - brute) < 2e-3


def test_ascent_in_torch_climbs_in_the_ball():
    rng = np.random.default_rng(0)
    model, x, y = strided_cnn(rng=rng, dtype=np.float64), rng.random((3, 1, 8, 8)), np.array([1, 2, 3])
    z = input_gradients(model, x, y)
    one = torch_pgd(model, x, y, 0.1, 0.1, np.inf, 1)
    torch.testing.assert_close(one, torch.tensor(x) + 0.1 * z.sign())
    far = torch_pgd(model, x, y, 0.5, 0.3, 2, 5) - torch.tensor(x)
    assert far.flatten(1).norm(dim=1).max() <= 0.5 + 1e-9
