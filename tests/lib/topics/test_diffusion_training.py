"""The denoiser: its members do not see each other, it learns, and classes are used."""

import numpy as np
import pytest
from beside_torch import close, rng

from derived.topics.diffusion_training import Denoiser, batch_of_noise, train_denoiser
from derived.topics.noise_schedules import cosine_schedule

SCHEDULE = cosine_schedule(20)


def test_members_are_independent():
    X = rng().standard_normal((40, 3)).astype(np.float32)
    y = np.arange(40) % 2
    both = Denoiser(3, [8], SCHEDULE, [rng(1), rng(2)], classes=2)
    train_denoiser(both, X, y, 5, [rng(3), rng(4)], batch_size=16)
    x = rng(5).standard_normal((1, 6, 3)).astype(np.float32)
    for member, seed in enumerate((1, 2)):
        alone = Denoiser(3, [8], SCHEDULE, [rng(seed)], classes=2)
        train_denoiser(alone, X, y, 5, [rng(3 + member)], batch_size=16)
        for labels in (None, 1):
            together = both.predict(np.tile(x, (2, 1, 1)), 7, labels)[member]
            close(together, alone.predict(x, 7, labels)[0], 1e-4)
    assert not np.allclose(alone.predict(x, 7, 0), alone.predict(x, 7, 1))


def test_it_learns_a_gaussian():
    X = (0.3 * rng().standard_normal((500, 2))).astype(np.float32)
    model = Denoiser(2, [16], SCHEDULE, [rng(1)], waves=(2,))
    losses = train_denoiser(model, X, None, 300, [rng(2)], lr=1e-2)
    assert losses.shape == (300, 1) and losses[-50:].mean() < losses[:20].mean()
    x = rng(3).standard_normal((1, 400, 2)).astype(np.float32)
    kept = SCHEDULE.alpha_bars[10]
    exact = np.sqrt(1 - kept) * x / (0.09 * kept + 1 - kept)
    near = np.abs(x).max(axis=-1) < 1.5
    assert np.abs(model.predict(x, 10) - exact)[near].mean() < 0.1
    assert np.abs(x - exact)[near].mean() > 0.15  # the noise is not simply x


def test_batch():
    X = np.arange(12, dtype=np.float32).reshape(6, 2)
    rows, t, noise, xt = batch_of_noise(X, 500, SCHEDULE, [np.random.default_rng(5), np.random.default_rng(6)])
    assert t.min() >= 1 and t.max() == 20 and xt.dtype == np.float32 and xt.shape == (2, 500, 2)
    kept = SCHEDULE.alpha_bars[t][..., None]
    close(xt, np.sqrt(kept) * X[rows] + np.sqrt(1 - kept) * noise, 1e-5)
    alone = batch_of_noise(X, 500, SCHEDULE, [np.random.default_rng(6)])
    assert all((a[0] == b[1]).all() for a, b in zip(alone, (rows, t, noise, xt), strict=True))


def test_refused():
    with pytest.raises(ValueError, match="rngs is empty"):
        Denoiser(2, [4], SCHEDULE, [])
    with pytest.raises(ValueError, match="1 rngs for 2 members"):
        train_denoiser(Denoiser(2, [4], SCHEDULE, [rng(), rng()]), np.zeros((3, 2), np.float32), None, 1, [rng()])
