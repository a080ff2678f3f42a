"""Matrices of convolutions against torch, SciPy and autograd; a wrong tie is seen."""

import numpy as np
import pytest
import torch
from scipy import linalg

from derived.topics.convolution_matrices import (
    circulant,
    commuting_dimension,
    conv_matrix,
    shift_matrix,
    tied_sums,
    weight_index,
)

CASES = [((1, 1), (1, 1), 1, 0, 1), ((2, 2), (4, 4), 1, 0, 1), ((3, 2), (5, 6), 2, 1, 1), ((2, 3), (7, 5), 1, 1, 2)]


@pytest.mark.parametrize(("kernel", "image", "stride", "padding", "dilation"), CASES)
def test_matrix_and_its_gradient_are_torchs(kernel, image, stride, padding, dilation):
    rng = np.random.default_rng(1)
    w, x = rng.normal(size=kernel), rng.normal(size=image)
    tw = torch.tensor(w, requires_grad=True)
    y = torch.nn.functional.conv2d(torch.tensor(x)[None, None], tw[None, None], None, stride, padding, dilation)
    C = conv_matrix(w, image, stride, padding, dilation)
    np.testing.assert_allclose(C @ x.ravel(), y.detach().numpy().ravel(), atol=1e-12)
    g = rng.normal(size=y.shape)
    y.backward(torch.tensor(g))
    index = weight_index(kernel, image, stride, padding, dilation)
    sums = tied_sums(np.outer(g.ravel(), x.ravel()), index)
    np.testing.assert_allclose(sums, tw.grad.numpy().ravel(), atol=1e-12)
    if len(sums) > 1:
        assert not np.allclose(sums[::-1], tw.grad.numpy().ravel())


def test_counts_of_the_small_example():
    index = weight_index((2, 2), (4, 4))
    assert index.shape == (9, 16) and np.sum(index >= 0) == 36
    assert set(index[index >= 0]) == {0, 1, 2, 3}


@pytest.mark.parametrize("n", [1, 2, 5])
def test_circulants_and_shifts(n):
    h = np.random.default_rng(n).normal(size=n)
    np.testing.assert_array_equal(circulant(h), linalg.circulant(h))
    np.testing.assert_array_equal(shift_matrix(n) @ h, np.roll(h, 1))
    assert commuting_dimension(shift_matrix(n)) == n
    assert commuting_dimension(np.eye(n)) == n * n


def test_bad_arguments():
    with pytest.raises(ValueError, match="weight has shape"):
        conv_matrix(np.ones(3), (4, 4))
    with pytest.raises(ValueError, match="too small"):
        weight_index((5, 5), (4, 4))
    with pytest.raises(ValueError, match="gradient has shape"):
        tied_sums(np.ones((2, 2)), weight_index((2, 2), (4, 4)))
    with pytest.raises(ValueError, match="expected a sequence"):
        circulant(np.ones((2, 2)))
    with pytest.raises(ValueError, match="n is 0"):
        shift_matrix(0)
