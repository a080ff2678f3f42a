"""Dropout with a given mask against PyTorch and finite differences; drawn masks against their distribution."""

import numpy as np
import pytest
import torch
from beside_torch import agree, mutants_fail, normal, rng

from derived import ops


@pytest.mark.parametrize("shape", [(1,), (1, 1), (4, 3), (2, 3, 2)])
@pytest.mark.parametrize("p", [0.0, 0.3, 0.9])
def test_with_a_frozen_mask(shape, p):
    mask = ops.dropout_mask(shape, p, rng())
    agree(lambda x: ops.dropout(x, p, mask=mask), lambda t: t * torch.tensor(mask) / (1 - p), normal(*shape))


def test_mutants():
    mask = np.array([[True, False, True], [True, True, False]])
    mutants_fail(lambda x: ops.dropout(x, 0.4, mask=mask), normal(2, 3))


def test_one_mask_for_all_rows():
    mask = np.array([True, False, True])
    agree(lambda x: ops.dropout(x, 0.5, mask=mask), lambda t: 2 * t * torch.tensor(mask), normal(4, 3))
    agree(lambda x: ops.dropout(x, 0.5, mask=mask[None]), lambda t: 2 * t * torch.tensor(mask), normal(4, 3))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_drawn_masks_have_torchs_distribution(p):
    x = np.full((400, 500), 3.0)
    ours = ops.dropout(x, p, rng=rng()).data
    theirs = torch.nn.functional.dropout(torch.tensor(x), p).numpy()
    assert set(np.unique(ours).round(12)) == set(np.unique(theirs).round(12)) == {0, round(3 / (1 - p), 12)}
    for values in (ours, theirs):
        assert abs(np.mean(values == 0) - p) < 4 * np.sqrt(p * (1 - p) / x.size)
    kept = ours != 0
    assert np.abs(kept.mean(axis=0) - (1 - p)).max() < 5 * np.sqrt(p * (1 - p) / 400)  # every unit, every example
    assert np.abs(kept.mean(axis=1) - (1 - p)).max() < 5 * np.sqrt(p * (1 - p) / 500)
    neighbours = np.corrcoef(kept[:, :-1].ravel(), kept[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(kept.size)


def test_masks_are_fresh_and_the_same_in_every_precision():
    generator = rng()
    first, second = (ops.dropout(np.ones((5, 20)), rng=generator).data for _ in range(2))
    assert (first != second).any()
    np.testing.assert_array_equal(ops.dropout(np.ones((5, 20), np.float32), rng=rng()).data, first)


def test_evaluation_and_p_zero_change_nothing():
    x = normal(3, 4)
    np.testing.assert_array_equal(ops.dropout(x, 0.5, False).data, x)
    np.testing.assert_array_equal(ops.dropout(x, 0.0, rng=rng()).data, x)


def test_bad_arguments_are_named():
    for p in (-0.1, 1.0, 1.5):
        with pytest.raises(ValueError, match=rf"p is {p}, expected a drop probability with 0 <= p < 1"):
            ops.dropout(normal(2), p, rng=rng())
        with pytest.raises(ValueError, match=rf"p is {p}"):
            ops.dropout_mask((2,), p, rng())
    with pytest.raises(ValueError, match="either rng or mask"):
        ops.dropout(normal(2))
    with pytest.raises(ValueError, match="either rng or mask"):
        ops.dropout(normal(2), rng=rng(), mask=np.ones(2))
    for shape in [(3,), (2, 2), (1, 2)]:
        with pytest.raises(ValueError, match=r"mask has shape \(.*\), x \(2,\)"):
            ops.dropout(normal(2), mask=np.ones(shape))
