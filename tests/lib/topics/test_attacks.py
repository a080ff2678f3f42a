"""Attacks against the same loops in PyTorch, and what they promise: ball, box, the worst of all."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from derived.parity import torch_twin
from derived.parity.adversaries import input_gradients, torch_pgd
from derived.topics import attacks
from derived.topics.adversarial_training import strided_cnn


def setup(n=5, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    model = strided_cnn(rng=rng, channels=3, hidden=8, dtype=dtype)
    return model, rng.random((n, 1, 8, 8)).astype(dtype), rng.integers(0, 10, n)


@pytest.mark.parametrize("n", [1, 4])
def test_gradient_and_fgsm(n):
    model, x, y = setup(n)
    g = input_gradients(model, x, y).numpy()
    np.testing.assert_allclose(attacks.loss_gradient(model, x, y), g, atol=1e-12)
    np.testing.assert_allclose(attacks.fgsm(model, x, y, 0.1), np.clip(x + 0.1 * np.sign(g), 0, 1), atol=1e-12)
    np.testing.assert_allclose(attacks.fgsm(model, x, y, 0.1, None), x + 0.1 * np.sign(g), atol=1e-12)
    assert all(p.requires_grad and p.grad is None for p in model.parameters())


def test_pgd_is_the_loop_in_torch():
    model, x, y = setup()
    t = x.copy()
    for _ in range(4):
        t = np.clip(np.clip(t + 0.03 * np.sign(input_gradients(model, t, y).numpy()), x - 0.1, x + 0.1), 0, 1)
    np.testing.assert_allclose(attacks.pgd(model, x, y, 0.1, steps=4, step_size=0.03), t, atol=1e-12)
    t = torch_pgd(model, x, y, 0.5, 0.2, 2, 4)
    np.testing.assert_allclose(attacks.pgd(model, x, y, 0.5, p=2, steps=4, step_size=0.2, box=None), t, atol=1e-12)


@pytest.mark.parametrize("p", [1, 2, np.inf])
def test_ball_box_and_worst(p):
    model, x, y = setup(20, dtype=np.float32)
    path = list(attacks.pgd_path(model, x, y, 0.4, p=p, steps=5, rng=np.random.default_rng(0)))
    for z in path:
        assert z.dtype == np.float32 and z.min() >= 0 and z.max() <= 1
        assert np.linalg.norm((z - x).reshape(20, -1), p, axis=1).max() <= 0.4 + 1e-5
    worst = attacks.worst_of(model, y, *path)
    margins = [attacks.margin(model(z).data, y) for z in path]
    np.testing.assert_allclose(attacks.margin(model(worst).data, y), np.min(margins, axis=0), atol=1e-5)


def test_margin_and_its_loss():
    scores, y = np.array([[1.0, 3, 2], [4, 0, 1]]), np.array([1, 2])
    np.testing.assert_array_equal(attacks.margin(scores, y), [1, -3])
    model, x, y = setup(4)
    t = torch.tensor(x, requires_grad=True)
    s = torch_twin(model)(t)
    others = s.masked_fill(F.one_hot(torch.tensor(y), 10).bool(), -torch.inf).amax(dim=1)
    (others - s[torch.arange(4), torch.tensor(y)]).sum().backward()
    np.testing.assert_allclose(attacks.loss_gradient(model, x, y, attacks.margin_loss), t.grad, atol=1e-12)


def test_smallest_radius_succeeds_and_less_does_not():
    model, x, y = setup(30, dtype=np.float32)
    y = model(x).data.argmax(axis=1)
    y[0] = (y[0] + 1) % 10  # wrong from the start
    options = {"p": 2, "steps": 10}
    radius = attacks.smallest_radius(model, x, y, 2.0, rounds=6, **options)
    assert radius[0] == 0
    finite = np.isfinite(radius)
    hit = attacks.margin(model(attacks.pgd(model, x, y, np.where(finite, radius, 2.0), **options)).data, y) < 0
    assert hit[finite].all() and not hit[~finite].any() and finite.sum() > 10


def test_noise_and_bad_arguments():
    model, x, y = setup()
    noisy = attacks.sign_noise(x, 0.1, np.random.default_rng(0), None)
    np.testing.assert_allclose(np.abs(noisy - x), 0.1)
    with pytest.raises(ValueError, match="5 images and 4 labels"):
        attacks.fgsm(model, x, y[:4], 0.1)
    with pytest.raises(ValueError, match="steps"):
        attacks.pgd(model, x, y, 0.1, steps=0)


def test_restarts_are_at_least_as_strong_as_each_run():
    model, x, y = setup(20, dtype=np.float32)
    best = attacks.restarted(model, x, y, 0.2, times=4, steps=3, rng=np.random.default_rng(1))
    rng = np.random.default_rng(1)
    runs = [attacks.margin(model(attacks.pgd(model, x, y, 0.2, steps=3, rng=rng)).data, y) for _ in range(4)]
    np.testing.assert_allclose(attacks.margin(model(best).data, y), np.min(runs, axis=0), atol=1e-5)
