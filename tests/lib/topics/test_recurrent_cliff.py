"""The cliff of one unit: its gradient by PyTorch, and descent with and without a limit."""

import numpy as np
import torch

from derived.topics.recurrent_cliff import cliff, cliff_descent


def test_gradient_is_torchs():
    for w, b, steps in ((0.3, -0.2, 1), (4.5, -2.0, 10), (5.2, -2.7, 50), (-3.0, 1.0, 7)):
        p = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
        h = torch.tensor(0.5, dtype=torch.float64)
        for _ in range(steps):
            h = torch.sigmoid(p[0] * h + p[1])
        loss = (h - 0.7) ** 2
        loss.backward()
        value, gradient = cliff(w, b, steps)
        np.testing.assert_allclose(value, loss.item(), rtol=1e-12)
        np.testing.assert_allclose(gradient, p.grad, rtol=1e-9, atol=1e-14)


def test_arrays_at_once():
    w, b = np.meshgrid([4.0, 5.0, 6.0], [-3.0, -2.0])
    value, gradient = cliff(w, b)
    assert value.shape == (2, 3) and gradient.shape == (2, 2, 3)
    np.testing.assert_allclose(value[1, 2], cliff(6.0, -2.0)[0])
    np.testing.assert_allclose(gradient[:, 1, 2], cliff(6.0, -2.0)[1])


def test_on_the_watershed_deviations_grow_by_a_quarter_of_w():
    for w in (4.0, 6.0):
        by_b = cliff(w, -w / 2, 30)[1][1] / (2 * (0.5 - 0.7))
        np.testing.assert_allclose(by_b, 0.25 * sum((w / 4) ** k for k in range(30)), rtol=1e-9)


def test_descent():
    starts = np.array([[4.0, 5.2], [-1.9, -2.7]])
    path = cliff_descent(starts, 0.1, 3)
    np.testing.assert_allclose(path[1], starts - 0.1 * cliff(*starts)[1])
    short = cliff_descent(starts, 0.2, 20, limit=1e-6)
    np.testing.assert_allclose(np.linalg.norm(np.diff(short, axis=0), axis=1), 2e-7, rtol=1e-6)
    np.testing.assert_array_equal(cliff_descent(starts[:, :1], 0.1, 2, 1e9), cliff_descent(starts[:, :1], 0.1, 2))
