"""Losses beside PyTorch, and what they refuse."""

import re

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from torch.nn import functional as F

from derived import ops
from derived.tensor import Tensor

REDUCTIONS = ["mean", "sum", "none"]
REGRESSION = {"mse_loss": F.mse_loss, "l1_loss": F.l1_loss, "huber_loss": F.huber_loss}
LABELS = np.array([0, 2, 1, 2, 0])
SIGNS = np.array([1.0, -1.0, -1.0, 1.0, 1.0])


def probabilities(*shape, seed=0):
    return rng(seed).uniform(0.05, 0.95, shape)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", REGRESSION)
@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 3), (1, 1)])
def test_regression(name, reduction, shape):
    x, t = normal(*shape), normal(*shape, seed=1)
    agree(
        lambda a, b: getattr(ops, name)(a, b, reduction), lambda a, b: REGRESSION[name](a, b, reduction=reduction), x, t
    )


def test_regression_at_kinks():
    x, t = np.array([1.0, 2.0, 3.0, -4.0]), np.array([1.0, 1.0, 1.0, -3.0])
    for name in ("l1_loss", "huber_loss"):
        agree(getattr(ops, name), REGRESSION[name], x, t, smooth=False)


@pytest.mark.parametrize("delta", [0.1, 1.0, 2.5])
def test_huber_delta(delta):
    x, t = normal(6), normal(6, seed=1)
    agree(lambda a, b: ops.huber_loss(a, b, delta=delta), lambda a, b: F.huber_loss(a, b, delta=delta), x, t)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy(reduction, smoothing, soft):
    target = rng(1).dirichlet(np.ones(3), 5) if soft else LABELS
    agree(
        lambda z: ops.cross_entropy(z, target, reduction, smoothing),
        lambda z: F.cross_entropy(z, torch.tensor(target), reduction=reduction, label_smoothing=smoothing),
        normal(5, 3),
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (6, 1), (200, 10)])
def test_cross_entropy_shapes(shape):
    target = rng(1).integers(shape[1], size=shape[0])
    theirs = lambda z: F.cross_entropy(z, torch.tensor(target))
    agree(lambda z: ops.cross_entropy(z, target), theirs, normal(*shape), smooth=shape[0] < 100)


def test_cross_entropy_of_large_and_of_impossible_logits():
    z = np.array([[1e4, 0.0, -1e4], [0.0, -np.inf, 1.0], [-1e4, -1e4, -1e4]])
    target = np.array([2, 0, 1])
    agree(lambda z: ops.cross_entropy(z, target), lambda z: F.cross_entropy(z, torch.tensor(target)), z, smooth=False)


@pytest.mark.parametrize("labels", [LABELS.astype(np.uint8), LABELS.astype(np.int32), LABELS.tolist(), Tensor(LABELS)])
def test_labels_of_any_integer_type(labels):
    close(ops.cross_entropy(normal(5, 3), labels), ops.cross_entropy(normal(5, 3), LABELS))
    close(ops.nll_loss(normal(5, 3), labels), ops.nll_loss(normal(5, 3), LABELS))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_nll(reduction):
    agree(
        lambda z: ops.nll_loss(z, LABELS, reduction),
        lambda z: F.nll_loss(z, torch.tensor(LABELS), reduction=reduction),
        normal(5, 3),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(), (5,), (4, 1)])
def test_binary(reduction, shape):
    p, z, y = probabilities(*shape), 3 * normal(*shape), probabilities(*shape, seed=1)
    agree(
        lambda a: ops.binary_cross_entropy(a, y, reduction),
        lambda a: F.binary_cross_entropy(a, torch.tensor(y), reduction=reduction),
        np.asarray(p),
    )
    agree(
        lambda a, t: ops.binary_cross_entropy_with_logits(a, t, reduction),
        lambda a, t: F.binary_cross_entropy_with_logits(a, t, reduction=reduction),
        z,
        np.asarray(y),
    )


def test_binary_at_the_ends():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    theirs = lambda a: F.binary_cross_entropy(a, torch.tensor(y))
    agree(lambda a: ops.binary_cross_entropy(a, y), theirs, p, smooth=False, tol=1e-8)  # their 1e-12 is a float32
    z = np.array([-800.0, 800.0, 800.0, -800.0])
    theirs = lambda a: F.binary_cross_entropy_with_logits(a, torch.tensor(y))
    agree(lambda a: ops.binary_cross_entropy_with_logits(a, y), theirs, z, smooth=False)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "margin"), [("hinge_loss", 1.0), ("perceptron_loss", 0.0)])
def test_margin_losses(name, margin, reduction):
    def theirs(z):
        losses = torch.clamp(margin - torch.tensor(SIGNS) * z, min=0)
        return losses if reduction == "none" else getattr(torch, reduction)(losses)

    agree(lambda z: getattr(ops, name)(z, SIGNS, reduction), theirs, normal(5))


@pytest.mark.parametrize(("name", "at_kink"), [("hinge_loss", 0.0), ("perceptron_loss", -1.0)])
def test_subgradient_at_the_kink_is_the_documented_one(name, at_kink):
    z = Tensor(np.array([1.0 if name == "hinge_loss" else 0.0]), requires_grad=True)
    getattr(ops, name)(z, np.array([1.0])).backward()
    close(z.grad, [at_kink])


@pytest.mark.parametrize("name", [*REGRESSION, "binary_cross_entropy_with_logits", "hinge_loss", "perceptron_loss"])
@pytest.mark.parametrize("target", [SIGNS.astype(int), SIGNS, SIGNS.tolist()], ids=["int", "float64", "list"])
def test_the_target_takes_the_dtype_of_the_input(name, target):
    x = Tensor(normal(5).astype(np.float32), requires_grad=True)
    h = x * 1.0
    h.retain_grad()
    loss = getattr(ops, name)(h, target)
    loss.backward()
    assert loss.dtype == h.grad.dtype == np.float32
    close(loss, getattr(ops, name)(normal(5), SIGNS), 1e-6)


def test_a_target_is_not_rounded_to_an_integer_input():
    close(ops.mse_loss(np.array([1, 2]), np.array([0.5, 2.0])), 0.125)


MUTABLE = {
    "mse_loss": lambda x: ops.mse_loss(x, normal(5, seed=1)),
    "l1_loss": lambda x: ops.l1_loss(x, normal(5, seed=1)),
    "huber_loss": lambda x: ops.huber_loss(x, normal(5, seed=1)),
    "cross_entropy": lambda x: ops.cross_entropy(x.reshape(1, 5), [1]),
    "nll_loss": lambda x: ops.nll_loss(x.reshape(1, 5), [1]),
    "binary_cross_entropy": lambda x: ops.binary_cross_entropy(ops.sigmoid(x), (SIGNS + 1) / 2),
    "binary_cross_entropy_with_logits": lambda x: ops.binary_cross_entropy_with_logits(x, (SIGNS + 1) / 2),
    "hinge_loss": lambda x: ops.hinge_loss(x, SIGNS),
    "perceptron_loss": lambda x: ops.perceptron_loss(x, SIGNS),
}


@pytest.mark.parametrize("name", MUTABLE)
def test_mutants(name):
    mutants_fail(MUTABLE[name], normal(5))


GOOD = {
    "cross_entropy": (normal(2, 3), np.array([0, 2])),
    "nll_loss": (normal(2, 3), np.array([0, 2])),
    "binary_cross_entropy": (probabilities(2), np.array([0.0, 1.0])),
    **{n: (normal(2), np.array([-1.0, 1.0])) for n in (*REGRESSION, "hinge_loss", "perceptron_loss")},
    "binary_cross_entropy_with_logits": (normal(2), np.array([0.0, 1.0])),
}


def says(text):
    return pytest.raises(ValueError, match=re.escape(text))


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_found(name, bad, reduction):
    x, target = (a.copy() for a in GOOD[name])
    sign = (
        -1 if name in ("hinge_loss", "perceptron_loss") else 1
    )  # plus infinity is on the right side and costs nothing
    x[(1, 2) if x.ndim == 2 else 1] = sign * bad
    with pytest.raises(ValueError, match=f"{name}: input has -?{bad} at index"):
        getattr(ops, name)(x, target, reduction)


@pytest.mark.parametrize("name", [*REGRESSION, "binary_cross_entropy", "binary_cross_entropy_with_logits"])
def test_nan_in_the_target_is_found(name):
    x, target = GOOD[name]
    with says(f"{name}: target has nan at index (1,), 1 such entry of 2"):
        getattr(ops, name)(x, np.array([1.0, np.nan]))


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_a_loss_that_overflows_says_so():
    with says("mse_loss: the loss is inf, although its arguments are finite"):
        ops.mse_loss(np.array([1e200]), np.array([-1e200]))


@pytest.mark.parametrize("name", GOOD)
def test_an_unknown_reduction_and_an_empty_batch(name):
    x, target = GOOD[name]
    with says(f"{name}: reduction is 'meen', expected one of 'mean', 'sum', 'none' (did you mean 'mean'?)"):
        getattr(ops, name)(x, target, "meen")
    with pytest.raises(ValueError, match=f"{name}: (the batch is empty|labels has shape \\(0,\\))"):
        getattr(ops, name)(x[:0], target[:0])


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_an_empty_batch_has_no_classes(reduction):
    with says("cross_entropy: the batch is empty"):
        ops.cross_entropy(normal(2, 3)[:0], np.zeros(0, int), reduction)


@pytest.mark.parametrize(
    "name", [*REGRESSION, "binary_cross_entropy", "hinge_loss", "binary_cross_entropy_with_logits"]
)
def test_no_silent_broadcasting(name):
    x, target = GOOD[name]
    with says(f"{name}: input has shape (2, 1), target (2,)"):
        getattr(ops, name)(x[:, None], target)


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_labels_outside_the_classes(name):
    for label in (3, -1):
        with says(f"{name}: labels has {label} at index 1, expected integers from 0 to 2"):
            getattr(ops, name)(normal(2, 3), np.array([0, label]))
    with says(f"{name}: target has shape (3,), expected (2,)"):
        getattr(ops, name)(normal(2, 3), np.array([0, 1, 2]))
    with says(f"{name}: input has shape (3,), expected (N, C)"):
        getattr(ops, name)(normal(3), np.array([0]))


def test_what_is_no_distribution():
    z = normal(2, 3)
    for bad in ([[0.5, 0.5, 0.5], [1, 0, 0.0]], [[1.5, -0.5, 0.0], [1, 0, 0.0]], [[np.nan, 0.5, 0.5], [1, 0, 0]]):
        with says("cross_entropy: target rows must be probabilities that sum to one"):
            ops.cross_entropy(z, np.array(bad))
    with says("the least entry is -0.5"):
        ops.cross_entropy(z, np.array([[1.5, -0.5, 0.0], [1, 0, 0.0]]))
    with says("cross_entropy: target has shape (2,), expected (2, 3) or integer classes"):
        ops.cross_entropy(z, np.array([0.0, 1.0]))
    with says("binary_cross_entropy: input lies in [-0.1, 0.5], expected probabilities in [0, 1]"):
        ops.binary_cross_entropy(np.array([-0.1, 0.5]), np.array([0.0, 1.0]))


def test_options_out_of_range():
    with says("cross_entropy: label_smoothing is -0.1, expected a number from 0 to 1"):
        ops.cross_entropy(*GOOD["cross_entropy"], label_smoothing=-0.1)
    with says("huber_loss: delta is 0, expected a positive number"):
        ops.huber_loss(*GOOD["huber_loss"], delta=0)
    for name in ("hinge_loss", "perceptron_loss"):
        with says(f"{name}: target has 0.0, expected labels -1 and +1"):
            getattr(ops, name)(normal(2), np.array([0, 1]))


def test_a_target_without_a_pullback_may_not_require_a_gradient():
    target = Tensor(np.full((2, 3), 1 / 3), requires_grad=True)
    with pytest.raises(TypeError, match="cross_entropy: target requires a gradient, but there is no pullback for it"):
        ops.cross_entropy(Tensor(normal(2, 3), requires_grad=True), target)
    close(ops.cross_entropy(normal(2, 3), target.detach()), ops.cross_entropy(Tensor(normal(2, 3)), target.data))
