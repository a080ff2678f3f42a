"""Convolutions beside PyTorch, loops, finite differences and each other's adjoints."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.check import adjoint_error, gradcheck
from derived.tensor import Tensor

size, number = st.integers(1, 3), st.integers(1, 4)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(max_examples=30, deadline=None)
@given(number, number, number, pairs(1, 3), pairs(1, 3), pairs(0, 2), pairs(1, 2), pairs(0, 3), st.booleans())
def test_conv2d(N, C, out, k, s, p, d, extra, bias):
    image = [max(1, d[i] * (k[i] - 1) + 1 - 2 * p[i]) + extra[i] for i in range(2)]
    arrays = [normal(N, C, *image), normal(out, C, *k, seed=1)] + [normal(out, seed=2)] * bias
    agree(lambda x, w, b=None: ops.conv2d(x, w, b, s, p, d), lambda x, w, b=None: F.conv2d(x, w, b, s, p, d), *arrays)


@settings(max_examples=30, deadline=None)
@given(number, number, number, pairs(1, 3), pairs(1, 3), pairs(0, 2), pairs(1, 2), pairs(1, 3), st.data())
def test_conv_transpose2d(N, C, out, k, s, p, d, small, data):
    e = tuple(data.draw(st.integers(0, max(s[i], d[i]) - 1)) for i in range(2))
    assume(all((small[i] - 1) * s[i] - 2 * p[i] + d[i] * (k[i] - 1) + 1 + e[i] > 0 for i in range(2)))
    assume(all((small[i] - 1) * s[i] + d[i] * (k[i] - 1) + 1 + e[i] >= 2 * p[i] for i in range(2)))
    agree(
        lambda x, w, b: ops.conv_transpose2d(x, w, b, s, p, e, dilation=d),
        lambda x, w, b: F.conv_transpose2d(x, w, b, s, p, e, 1, d),
        normal(N, C, *small), normal(C, out, *k, seed=1), normal(out, seed=2),
    )  # fmt: skip


@pytest.mark.parametrize(("s", "p", "d"), [(1, 0, 1), (2, 1, 1), (1, 2, 2), (3, 0, 2)])
def test_conv1d(s, p, d):
    arrays = normal(2, 3, 9), normal(4, 3, 3, seed=1), normal(4, seed=2)
    agree(lambda x, w, b: ops.conv1d(x, w, b, s, p, d), lambda x, w, b: F.conv1d(x, w, b, s, p, d), *arrays)


def loops(x, w, b, s, p, d):
    """The definition, index by index."""
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    (N, C, H, W), (out, _, k, l) = x.shape, w.shape
    y = np.zeros((N, out, (H - d * (k - 1) - 1) // s + 1, (W - d * (l - 1) - 1) // s + 1))
    for n, o, r, t in np.ndindex(y.shape):
        y[n, o, r, t] = b[o] + sum(w[o, c, i, j] * x[n, c, r * s + i * d, t * s + j * d]
                                   for c in range(C) for i in range(k) for j in range(l))  # fmt: skip
    return y


@pytest.mark.parametrize(("s", "p", "d"), [(1, 0, 1), (2, 1, 1), (1, 2, 2), (2, 1, 2)])
def test_the_definition(s, p, d):
    x, w, b = normal(2, 3, 5, 6), normal(2, 3, 2, 3, seed=1), normal(2, seed=2)
    close(ops.conv2d(x, w, b, s, p, d), loops(x, w, b, s, p, d))


def test_mutants():
    x, w, b = normal(2, 2, 4, 3), normal(3, 2, 2, 2, seed=1), normal(3, seed=2)
    mutants_fail(lambda x, w, b: ops.conv2d(x, w, b, 1, 1), x, w, b)
    mutants_fail(ops.conv_transpose2d, x, normal(2, 3, 2, 2, seed=1), b)
    mutants_fail(ops.conv1d, x[:, :, 0], w[:, :, 0], b)


WRONG = {
    "the kernel is not flipped on the way back": ("x", lambda g, x, w: ops.conv2d.rule(
        g, w.swapaxes(0, 1), None, 1, 1)[0][:, :, :3, :3]),
    "channels are not swapped": ("x", lambda g, x, w: ops.conv2d.rule(g, w[:, :, ::-1, ::-1], None, 1, 1)[0]),
    "the kernel's gradient is flipped": ("w", lambda g, x, w: ops.conv2d.rule(x, w)[2](g)[:, :, ::-1, ::-1]),
    "one example is dropped": ("w", lambda g, x, w: ops.conv2d.rule(x[1:], w)[2](g[1:])),
    "the mean over the batch": ("w", lambda g, x, w: ops.conv2d.rule(x, w)[2](g) / len(x)),
    "the bias sees the batch only": ("b", lambda g, x, w: g.sum(axis=0).mean(axis=(1, 2))),
    "weights in another order": ("w", lambda g, x, w: ops.conv2d.rule(x, w)[2](g).swapaxes(2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_usual_mistakes_are_caught(name):
    argument, wrong = WRONG[name]

    def rule(x, w, b):
        value, *pulls = ops.conv2d.rule(x, w, b)
        pulls["xwb".index(argument)] = lambda g: wrong(g, x, w)
        return value, *pulls

    arrays = normal(2, 2, 3, 3), normal(2, 2, 2, 2, seed=1), normal(2, seed=2)
    assert gradcheck(ops.conv2d, *arrays, rng=rng()) < 1e-8
    assert gradcheck(rule, *arrays, rng=rng()) > 1e-3
    assert adjoint_error(rule, *arrays, rng=rng()) > 1e-3


def test_the_pullbacks_as_the_chapter_derives_them():
    x, w, g = normal(2, 3, 6, 5), normal(4, 3, 3, 2, seed=1), normal(2, 4, 4, 4, seed=2)
    value, pull_x, pull_w, pull_b = ops.conv2d.rule(x, w, normal(4))
    flipped = w.swapaxes(0, 1)[:, :, ::-1, ::-1]
    close(pull_x(g), ops.conv2d(g, flipped, padding=(2, 1)))  # full correlation with the flipped kernel: convolution
    close(pull_w(g), ops.conv2d(x.swapaxes(0, 1), g.swapaxes(0, 1)).data.swapaxes(0, 1))  # valid correlation
    close(pull_b(g), g.sum(axis=(0, 2, 3)))


def test_transposed_convolution_is_the_adjoint():
    x, w, y = normal(2, 3, 7, 6), normal(4, 3, 3, 2, seed=1), normal(2, 4, 4, 4, seed=2)
    convolved, transposed = ops.conv2d(x, w, None, 2, 1), ops.conv_transpose2d(y, w, None, 2, 1)
    close(np.sum(convolved.data * y), np.sum(x * transposed.data))


@pytest.mark.parametrize("layout", [(0, 1, 2, 3), (1, 2, 3, 0), (3, 2, 1, 0), (0, 2, 3, 1)])
def test_any_layout_goes_in_and_the_batch_lies_innermost(layout):
    x, w, b = normal(3, 2, 5, 4), normal(4, 2, 3, 3, seed=1), normal(4, seed=2)
    spread = np.ascontiguousarray(x.transpose(layout)).transpose(np.argsort(layout))
    value, pull_x, pull_w, _ = ops.conv2d.rule(spread, w, b, 1, 1)
    g = np.ascontiguousarray(normal(*value.shape).transpose(layout)).transpose(np.argsort(layout))
    close(value, F.conv2d(*map(torch.tensor, (x, w, b)), padding=1))
    close(pull_x(g), ops.conv2d.rule(x, w, b, 1, 1)[1](normal(*value.shape)))
    assert value.transpose(1, 2, 3, 0).flags.c_contiguous
    assert pull_x(g).transpose(1, 2, 3, 0)[:, :, 1].strides[-1] == 8


def test_an_empty_batch_passes():
    w = Tensor(normal(4, 2, 3, 3), requires_grad=True)
    for f, C in ((ops.conv2d, 2), (ops.conv_transpose2d, 4)):
        y = f(np.ones((0, C, 5, 5)), w)
        y.backward(np.ones(y.shape))
        assert len(y) == 0 and not w.grad.any()


def test_wrong_shapes_are_named():
    x, w = normal(8, 3, 28, 28), normal(6, 1, 5, 5)
    cases = [
        (lambda: ops.conv2d(x, w), r"conv2d: input has 3 channels, weight expects 1 \(input.shape \(8, 3, 28, 28\), "
                                   r"weight.shape \(6, 1, 5, 5\)\)"),
        (lambda: ops.conv2d(x[0], w), r"conv2d: input has shape \(3, 28, 28\) and weight \(6, 1, 5, 5\), expected"),
        (lambda: ops.conv2d(x, w[0]), "conv2d: input has shape"),
        (lambda: ops.conv2d(x[:, :1], w, np.ones(5)), r"conv2d: bias has shape \(5,\), weight expects \(6,\)"),
        (lambda: ops.conv2d(x[:, :1, :3, :3], w), r"conv2d: images of \(3, 3\) pixels with padding \(0, 0\) are too"),
        (lambda: ops.conv2d(x[:, :1], w, None, 0), "conv2d: stride is 0, expected an integer >= 1 or a pair"),
        (lambda: ops.conv2d(x[:, :1], w, None, 1, "same"), "conv2d: padding is 'same', expected an integer >= 0"),
        (lambda: ops.conv_transpose2d(x, w), "conv_transpose2d: input has 3 channels, weight expects 6"),
        (lambda: ops.conv_transpose2d(x, normal(3, 2, 2, 2), np.ones(3)), r"bias has shape \(3,\), weight expects"),
        (lambda: ops.conv_transpose2d(x, normal(3, 2, 2, 2), None, 2, 0, 2),
         r"output_padding is \(2, 2\), expected less than stride \(2, 2\) or dilation \(1, 1\)"),
        (lambda: ops.conv_transpose2d(x[:, :, :1, :1], normal(3, 2, 2, 2), None, 1, 1),
         "conv_transpose2d: padding is .*, which leaves an output of"),
        (lambda: ops.conv1d(x, w), "conv1d: shapes of input and weight are"),
    ]  # fmt: skip
    for call, message in cases:
        with pytest.raises(ValueError, match=message):
            call()
