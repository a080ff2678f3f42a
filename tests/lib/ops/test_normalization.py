"""Batch, layer and weight normalisation beside PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.tensor import Tensor

shapes = st.tuples(st.integers(2, 6), st.integers(1, 5)).flatmap(
    lambda s: st.lists(st.integers(1, 4), max_size=2).map(lambda rest: (*s, *rest))
)


def statistics(C, seed=5):
    return rng(seed).standard_normal(C), rng(seed).uniform(0.5, 2, C)


@settings(max_examples=25)
@given(shapes, st.booleans(), st.sampled_from([1e-5, 0.1]))
def test_batch_norm_of_any_shape(shape, training, eps):
    C = shape[1]

    def run(room, tensor):
        return lambda x, w, b: room.batch_norm(
            x, *(tensor(s.astype(str(x.dtype).replace("torch.", ""))) for s in statistics(C)), w, b, training, 0.1, eps
        )

    arrays = normal(*shape), normal(C, seed=1), normal(C, seed=2)
    agree(run(ops, np.array), run(F, torch.tensor), *arrays)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2, 2)])
def test_running_statistics_are_those_of_torch_and_change_in_training_only(shape, training):
    ours, theirs = statistics(3), [torch.tensor(s) for s in statistics(3)]
    x = normal(*shape) * 3 + 1
    for _ in range(3):
        close(ops.batch_norm(x, *ours, training=training, momentum=0.3).data,
              F.batch_norm(torch.tensor(x), *theirs, training=training, momentum=0.3))  # fmt: skip
    close(ours[0], theirs[0])
    close(ours[1], theirs[1])
    assert np.array_equal(ours[0], statistics(3)[0]) != training


@pytest.mark.parametrize("name", ["weight", "bias", None])
def test_weight_or_bias_may_be_missing(name):
    arrays = [normal(4, 3)] + ([normal(3, seed=1)] if name else [])

    def batch(room):
        return lambda x, *a: room.batch_norm(x, None, None, training=True, **dict(zip([name], a, strict=False)))

    def layer(room):
        return lambda x, *a: room.layer_norm(x, (3,), **dict(zip([name], a, strict=False)))

    agree(batch(ops), batch(F), *arrays)
    agree(layer(ops), layer(F), *arrays)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_layer_norm_over_the_last_axes(shape, data):
    last = shape[data.draw(st.integers(0, len(shape) - 1)) :]
    agree(lambda x, w, b: ops.layer_norm(x, last, w, b, 1e-3), lambda x, w, b: F.layer_norm(x, last, w, b, 1e-3),
          normal(*shape), normal(*last, seed=1), normal(*last, seed=2))  # fmt: skip


@pytest.mark.parametrize("dim", [0, 1, -1, None])
@pytest.mark.parametrize("shape", [(3, 4), (1, 1), (2, 3, 2, 2)])
def test_weight_norm_along_any_axis(shape, dim):
    axes = [k for k in range(len(shape)) if dim is None or k != dim % len(shape)]
    lengths = [1 if k in axes else n for k, n in enumerate(shape)]
    agree(lambda v, g: ops.weight_norm(v, g, dim), lambda v, g: g * v / v.pow(2).sum(axes, keepdim=True).sqrt(),
          normal(*shape), normal(*lengths, seed=1))  # fmt: skip


def test_mutants():
    w, b = normal(3, seed=1), normal(3, seed=2)
    mutants_fail(lambda x, w, b: ops.batch_norm(x, None, None, w, b, True), normal(4, 3), w, b)
    mutants_fail(lambda x, w, b: ops.layer_norm(x, 3, w, b), normal(4, 3), w, b)
    mutants_fail(ops.weight_norm, normal(3, 4), normal(3, 1, seed=1))


def test_what_does_not_fit_is_named():
    x = normal(4, 3)
    for call, message in [
        (lambda: ops.batch_norm(x[0], None, None, training=True), r"x has shape \(3,\), expected \(N, C\)"),
        (lambda: ops.batch_norm(x, None, None, np.ones(4), training=True), r"weight has shape \(4,\), expected \(3,\)"),
        (lambda: ops.batch_norm(x, np.ones(2), np.ones(3)), r"running_mean has shape \(2,\), expected \(3,\)"),
        (lambda: ops.batch_norm(x, None, None), "no running statistics"),
        (lambda: ops.batch_norm(x[:1], None, None, training=True), "one value per channel"),
        (lambda: ops.layer_norm(x, 4), r"layer_norm: x has shape \(4, 3\), expected it to end in \(4,\)"),
        (lambda: ops.layer_norm(x, 3, bias=np.ones(4)), r"layer_norm: bias has shape \(4,\), expected \(3,\)"),
        (lambda: ops.weight_norm(x, np.ones(4)), r"weight_norm: g has shape \(4,\), expected \(4, 1\)"),
        (lambda: ops.weight_norm(0 * x, np.ones((4, 1))), "weight_norm: a vector of v is 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()


def test_there_is_no_gradient_for_statistics():
    mean = Tensor(np.zeros(3), requires_grad=True)
    with pytest.raises(TypeError, match="no gradient for running_mean"):
        ops.batch_norm(normal(4, 3), mean, np.ones(3)).sum().backward()


def test_a_batch_of_one_with_several_places_has_statistics():
    agree(lambda x: ops.batch_norm(x, None, None, training=True),
          lambda x: F.batch_norm(x, None, None, training=True), normal(1, 2, 3))  # fmt: skip


def test_layer_norm_of_integers_keeps_eps():
    x = np.array([[1, 2, 4], [3, 3, 3]])
    expected = F.layer_norm(torch.tensor(x, dtype=torch.float64), (3,), eps=0.5)
    np.testing.assert_allclose(ops.layer_norm(x, 3, eps=0.5).data, expected)
