"""Polyak–Ruppert averages beside numpy's mean and torch's AveragedModel."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.optim.averaging import EMA, PolyakAverage, running_mean


@pytest.mark.parametrize("shape", [(), (1,), (3, 2)])
def test_the_recursion_is_the_mean(shape):
    points = np.random.default_rng(0).standard_normal((20, *shape))
    mean = points[0]
    for k, x in enumerate(points):
        mean = running_mean(mean, x, k)
        np.testing.assert_allclose(mean, points[: k + 1].mean(axis=0), atol=1e-14)
    assert not np.allclose((mean + points[-1]) / 2, points.mean(axis=0))


def _follow(average_of, **torch_options):
    """Five changes of a layer averaged by ours and by torch's AveragedModel, which must agree."""
    rng = np.random.default_rng(1)
    ours, theirs = nn.Linear(3, 2, rng=rng, dtype=np.float64), torch.nn.Linear(3, 2).double()
    average, averaged = average_of(ours.parameters()), torch.optim.swa_utils.AveragedModel(theirs, **torch_options)
    for _ in range(5):
        for p, t in zip(ours.parameters(), theirs.parameters(), strict=True):
            p.data = rng.standard_normal(p.shape)
            t.data = torch.tensor(p.data)
        average.update()
        averaged.update_parameters(theirs)
    for a, t in zip(average.averages, averaged.module.parameters(), strict=True):
        np.testing.assert_allclose(a, t.detach(), atol=1e-14)
    return ours, average, averaged


def test_as_averaged_model():
    _, average, averaged = _follow(PolyakAverage)
    assert average.count == averaged.n_averaged.item() == 5


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_exponential_as_in_torch(decay):
    function = torch.optim.swa_utils.get_ema_multi_avg_fn(decay)
    ours, average, _ = _follow(lambda parameters: EMA(parameters, decay), multi_avg_fn=function)
    last = [p.data for p in ours.parameters()]
    with average.applied():
        assert all(p.data is a for p, a in zip(ours.parameters(), average.averages, strict=True))
    assert all(np.allclose(p, a) == (decay == 0) for p, a in zip(last, average.averages, strict=True))
    with pytest.raises(ValueError, match="decay is 1"):
        EMA(ours.parameters(), 1.0)


def test_applied_and_back():
    p = nn.Parameter(np.array([1.0, 2.0]))
    average = PolyakAverage([p])
    with pytest.raises(ValueError, match="nothing was averaged"), average.applied():
        pass
    average.update()
    own = p.data = np.array([3.0, 4.0])
    average.update()
    with pytest.raises(RuntimeError), average.applied():
        np.testing.assert_allclose(p.data, [2, 3])
        raise RuntimeError
    assert p.data is own
    with pytest.raises(ValueError, match="params is empty"):
        PolyakAverage([])
