"""Pooling beside PyTorch, with ties, overlaps and windows that leave the image."""

import numpy as np
import pytest
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops

number = st.integers(1, 3)


@st.composite
def windows(draw):
    """Kernel, stride and padding (at most half the kernel), and an image that they fit."""
    k, s = [draw(st.tuples(st.integers(1, 4), st.integers(1, 4))) for _ in range(2)]
    p = tuple(draw(st.integers(0, k[i] // 2)) for i in range(2))
    return tuple(max(1, k[i] - 2 * p[i]) + draw(st.integers(0, 5)) for i in range(2)), (k, s, p)


@settings(max_examples=25, deadline=None)
@given(windows(), number, number)
def test_max_and_average(geometry, N, C):
    image, at = geometry
    x = normal(N, C, *image)
    agree(lambda x: ops.max_pool2d(x, *at), lambda x: F.max_pool2d(x, *at), x)
    agree(lambda x: ops.avg_pool2d(x, *at), lambda x: F.avg_pool2d(x, *at), x)
    ties = rng().integers(-1, 2, x.shape).astype(float)  # PyTorch takes the first winner, row by row
    agree(lambda x: ops.max_pool2d(x, *at), lambda x: F.max_pool2d(x, *at), ties, smooth=False)


@pytest.mark.parametrize("at", [(2, 1, 0, 2), (3, 2, 1, 2), (2, 3, 1, 2), ((2, 3), (1, 2), (1, 0), (3, 1))])
def test_dilated_windows(at):
    agree(lambda x: ops.max_pool2d(x, *at), lambda x: F.max_pool2d(x, *at), normal(2, 3, 8, 7))


@settings(max_examples=25, deadline=None)
@given(number, number, st.tuples(*[st.integers(1, 7)] * 2), st.tuples(*[st.integers(1, 5)] * 2))
def test_adaptive(N, C, image, out):
    agree(lambda x: ops.adaptive_avg_pool2d(x, out), lambda x: F.adaptive_avg_pool2d(x, out), normal(N, C, *image))


def test_windows_lie_side_by_side_unless_told_otherwise():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    close(ops.max_pool2d(x, 2).data[0, 0], [[5, 7], [13, 15]])
    close(ops.avg_pool2d(x, 2).data[0, 0], [[2.5, 4.5], [10.5, 12.5]])
    close(ops.adaptive_avg_pool2d(x, 1).data[0, 0], [[7.5]])


@pytest.mark.parametrize("f", [
    lambda x: ops.max_pool2d(x, 2), lambda x: ops.max_pool2d(x, 3, 1, 1), lambda x: ops.avg_pool2d(x, 2),
    lambda x: ops.avg_pool2d(x, 3, 2, 1), lambda x: ops.adaptive_avg_pool2d(x, (1, 3)),
])  # fmt: skip
def test_mutants(f):
    mutants_fail(f, normal(2, 2, 4, 4))


def test_all_equal_the_first_gets_all():
    value, pull = ops.max_pool2d.rule(np.zeros((1, 1, 4, 4)), 2)
    close(pull(np.ones((1, 1, 2, 2)))[0, 0], [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])
    value, pull = ops.max_pool2d.rule(np.full((1, 1, 2, 2), -np.inf), 2, 1, 1)  # not even the padding wins
    assert pull(np.ones(value.shape)).sum() <= value.size


@pytest.mark.parametrize("f", [
    lambda x: ops.max_pool2d.rule(x, 2), lambda x: ops.max_pool2d.rule(x, 3, 2, 1),
    lambda x: ops.avg_pool2d.rule(x, 2), lambda x: ops.adaptive_avg_pool2d.rule(x, 2),
])  # fmt: skip
def test_the_batch_lies_innermost(f):
    value, pull = f(normal(3, 2, 6, 6))
    gradient = pull(normal(*value.shape))
    assert value.transpose(1, 2, 3, 0).flags.c_contiguous
    assert gradient.transpose(1, 2, 3, 0).strides[-1] == 8 and gradient.shape == (3, 2, 6, 6)


def test_an_empty_batch_passes():
    for f in (ops.max_pool2d, ops.avg_pool2d, ops.adaptive_avg_pool2d):
        value, pull = f.rule(np.ones((0, 2, 4, 4)), 2)
        assert value.shape == (0, 2, 2, 2) and pull(value).shape == (0, 2, 4, 4)


def test_wrong_arguments_are_named():
    x = normal(2, 3, 4, 4)
    cases = [
        (lambda: ops.max_pool2d(x[0], 2), r"max_pool2d: input has shape \(3, 4, 4\), expected \(N, C, H, W\)"),
        (lambda: ops.max_pool2d(x, 5), r"max_pool2d: images of \(4, 4\) pixels with padding \(0, 0\) are too small"),
        (lambda: ops.max_pool2d(x, 2, padding=2), r"max_pool2d: padding is \(2, 2\), expected at most half"),
        (lambda: ops.avg_pool2d(x, 2, 0), "avg_pool2d: stride is 0, expected an integer >= 1"),
        (lambda: ops.adaptive_avg_pool2d(x, 0), "adaptive_avg_pool2d: output_size is 0, expected an integer >= 1"),
        (lambda: ops.adaptive_avg_pool2d(x[0], 1), r"adaptive_avg_pool2d: input has shape \(3, 4, 4\)"),
    ]
    for call, message in cases:
        with pytest.raises(ValueError, match=message):
            call()
