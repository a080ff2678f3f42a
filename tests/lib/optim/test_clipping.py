"""Clipping beside torch.nn.utils."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.optim.clipping import clip_grad_norm_, clip_grad_value_


def both(shapes, scale=1.0, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    ours = [nn.Parameter(np.zeros(s, dtype)) for s in shapes]
    theirs = [torch.zeros(s, dtype=torch.float64 if dtype == np.float64 else torch.float32) for s in shapes]
    for p, t in zip(ours, theirs, strict=True):
        p.grad = (scale * rng.standard_normal(p.shape)).astype(dtype)
        t.requires_grad_().grad = torch.tensor(p.grad)
    return ours, theirs


@pytest.mark.parametrize("shapes", [[(1,)], [(3, 4), (3,), (1, 3)]])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, np.inf])
@pytest.mark.parametrize("max_norm", [0.0, 0.1, 100.0])
def test_norm(shapes, norm_type, max_norm):
    ours, theirs = both(shapes)
    total = clip_grad_norm_(ours, max_norm, norm_type)
    assert total == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type).item())
    for p, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad, t.grad, atol=1e-14)


def test_the_norm_is_that_of_all_gradients_together():
    ours, _ = both([(2, 2), (5,)], scale=10)
    separate = [p.grad / np.linalg.norm(p.grad) for p in ours]
    clip_grad_norm_(ours, 1.0)
    assert np.sqrt(sum(np.sum(p.grad**2) for p in ours)) == pytest.approx(1, abs=1e-6)
    assert not np.allclose(ours[0].grad, separate[0])


def test_dtype_missing_and_non_finite_gradients():
    ours, _ = both([(3,), (2,)], dtype=np.float32)
    ours[1].grad = None
    clip_grad_norm_(ours, 0.1)
    assert ours[0].grad.dtype == np.float32 and ours[1].grad is None
    assert clip_grad_norm_([], 1.0) == 0.0
    ours, theirs = both([(2,), (3,)])
    ours[0].grad[0] = np.nan
    theirs[0].grad[0] = torch.nan
    clip_grad_norm_(ours, 1.0)
    torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    np.testing.assert_array_equal(ours[1].grad, theirs[1].grad.numpy())
    with pytest.raises(RuntimeError, match="expected a finite number"):
        clip_grad_norm_(ours, 1.0, error_if_nonfinite=True)


def test_value():
    ours, theirs = both([(3, 4), (1,)])
    ours.append(nn.Parameter(np.ones(2)))
    clip_grad_value_(ours, 0.3)
    torch.nn.utils.clip_grad_value_(theirs, 0.3)
    for p, t in zip(ours[:2], theirs, strict=True):
        np.testing.assert_array_equal(p.grad, t.grad.numpy())


def test_bad_input():
    with pytest.raises(ValueError, match="max_norm is -1"):
        clip_grad_norm_([], -1)
    with pytest.raises(ValueError, match="norm_type is 0"):
        clip_grad_norm_([], 1, 0)
    with pytest.raises(ValueError, match="clip_value is -1"):
        clip_grad_value_([], -1)
