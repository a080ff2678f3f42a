r"""Losses under PyTorch's names. ``reduction`` is ``"mean"`` (the book's objective), ``"sum"`` or ``"none"``.

Inputs are checked once the value is there: a value that is not finite is traced back to the argument at fault.
"""

from __future__ import annotations

from math import isfinite

import numpy as np
from scipy.special import expit

from derived.arguments import one_of, require, require_finite, require_labels
from derived.tensor import primitive


def _reduce(where, losses, reduction, **arguments):
    """The losses of the examples as one number, and what a gradient of 1 contributes to each of them."""
    if reduction == "mean":
        require(losses.size > 0, "{}: the batch is empty", where)
        value, weight = losses.sum() / losses.size, 1 / losses.size  # a third of the time of mean()
    elif reduction == "sum":
        value, weight = losses.sum(), 1.0
    else:
        one_of(where, "reduction", reduction, ("mean", "sum", "none"))
        value, weight = losses, 1.0
    if not (isfinite(value) if value.ndim == 0 else np.isfinite(value).all()):
        for name, array in arguments.items():
            require_finite(where, name, array)
        raise ValueError(f"{where}: the loss is {value}, although its arguments are finite")
    return value, weight


def _like(where, input, target):
    """``target`` in the dtype of ``input``: labels come as integers or in float64, which would slow float32 down."""
    target = np.asarray(target, dtype=input.dtype if input.dtype.kind == "f" else None)
    require(input.shape == target.shape, "{}: input has shape {}, target {}", where, input.shape, target.shape)
    return target


def _signs(where, input, target):
    target = _like(where, input, target)
    for y in target[np.abs(target) != 1][:1]:
        raise ValueError(f"{where}: target has {y}, expected labels -1 and +1")
    return target


@primitive
def mse_loss(input, target, reduction="mean"):
    r"""Squared error :math:`(x-t)^2`, averaged over all entries; pullback :math:`2(x-t)`."""
    target = _like("mse_loss", input, target)
    d = input - target
    value, w = _reduce("mse_loss", d * d, reduction, input=input, target=target)
    return value, lambda g: (2 * w) * g * d, lambda g: (-2 * w) * g * d


@primitive
def l1_loss(input, target, reduction="mean"):
    r"""Absolute error :math:`|x-t|`; pullback :math:`\mathrm{sign}(x-t)`, 0 at 0."""
    target = _like("l1_loss", input, target)
    d = input - target
    value, w = _reduce("l1_loss", np.abs(d), reduction, input=input, target=target)
    return value, lambda g: w * g * np.sign(d), lambda g: -w * g * np.sign(d)


@primitive
def huber_loss(input, target, reduction="mean", delta=1.0):
    r""":math:`\frac12 d^2` for :math:`|d|\le\delta`, else :math:`\delta(|d|-\frac\delta2)`, with :math:`d=x-t`."""
    target = _like("huber_loss", input, target)
    require(delta > 0, "huber_loss: delta is {}, expected a positive number", delta)
    d = input - target
    size = np.abs(d)
    losses = np.where(size <= delta, 0.5 * d * d, delta * (size - 0.5 * delta))
    value, w = _reduce("huber_loss", losses, reduction, input=input, target=target)
    slope = np.clip(d, -delta, delta)
    return value, lambda g: w * g * slope, lambda g: -w * g * slope


@primitive
def cross_entropy(input, target, reduction="mean", label_smoothing=0.0):
    r"""Softmax cross-entropy :math:`\ell = \log\sum_j e^{z_j} - \langle y, z\rangle`; pullback softmax(z) - y.

    Parameters
    ----------
    input : (N, C) logits :math:`z`.
    target : (N,) integer classes below C, or (N, C) probabilities whose rows sum to one.
    label_smoothing : :math:`\epsilon`; replaces :math:`y` by :math:`(1-\epsilon)y+\epsilon/C`.

    Raises
    ------
    ValueError
        for other shapes, labels outside the classes, probabilities that do not sum to one, an empty batch, NaN.
    """
    require(input.ndim == 2, "cross_entropy: input has shape {}, expected (N, C)", input.shape)
    target = np.asarray(target)
    z = input.T.copy()  # classes first: NumPy reduces a leading axis several times faster
    z -= z.max(axis=0)
    if target.dtype.kind in "iu" and label_smoothing == 0:
        y, at = None, _places(target, z.shape)
        fit = z.take(at)
    else:
        y = _class_weights(target, z, label_smoothing)
        fit = (y * z).sum(axis=0)
    e = np.exp(z)
    total = e.sum(axis=0)
    value, w = _reduce("cross_entropy", np.log(total) - fit, reduction, input=input)

    def pull(g):
        c = w * g
        d = e * (c / total)
        if y is None:
            d.reshape(-1)[at] -= c
        else:
            d -= c * y
        return d.T

    return value, pull


def _places(labels, shape):
    """Where each example's class stands in a flat (C, N) array: one index takes a third of the time of two.

    NumPy finds labels outside the classes on the way.
    """
    C, N = shape
    require(N > 0, "cross_entropy: the batch is empty")
    require(labels.shape == (N,), "cross_entropy: target has shape {}, expected {}", labels.shape, (N,))
    try:
        return np.ravel_multi_index((labels, np.arange(N)), shape)
    except ValueError:
        require_labels("cross_entropy", labels, C)
        raise


def _class_weights(target, z, label_smoothing):
    """Checked targets as smoothed probabilities, classes first as in ``z``."""
    require(0 <= label_smoothing <= 1,
            "cross_entropy: label_smoothing is {}, expected a number from 0 to 1", label_smoothing)  # fmt: skip
    C, N = z.shape
    if target.dtype.kind in "iu":
        y = np.zeros_like(z)
        y.reshape(-1)[_places(target, z.shape)] = 1
    else:
        require(target.shape == (N, C),
                "cross_entropy: target has shape {}, expected {} or integer classes", target.shape, (N, C))  # fmt: skip
        sums = target.sum(axis=1)
        least = target.min(initial=0)
        require(np.allclose(sums, 1, atol=1e-5) and least >= 0,
                "cross_entropy: target rows must be probabilities that sum to one; the sums run from {:.4g} to {:.4g}, "
                "the least entry is {:.4g}", sums.min(initial=1), sums.max(initial=1), least)  # fmt: skip
        y = target.T.astype(z.dtype, copy=False)
    return (1 - label_smoothing) * y + label_smoothing / C


@primitive
def nll_loss(input, target, reduction="mean"):
    r"""Negative log-likelihood :math:`-a_t` of (N, C) log-probabilities ``input`` at the classes ``target``."""
    require(input.ndim == 2, "nll_loss: input has shape {}, expected (N, C)", input.shape)
    N, C = input.shape
    target = np.asarray(target)
    require(target.shape == (N,), "nll_loss: target has shape {}, expected {}", target.shape, (N,))
    require_labels("nll_loss", target, C)
    rows = np.arange(N)
    value, w = _reduce("nll_loss", -input[rows, target], reduction, input=input)

    def pull(g):
        d = np.zeros_like(input)
        d[rows, target] = -w * g
        return d

    return value, pull


@primitive
def binary_cross_entropy(input, target, reduction="mean"):
    r""":math:`-y\log p-(1-y)\log(1-p)` of probabilities ``input``; pullback :math:`(p-y)/(p(1-p))`.

    As in PyTorch the logarithms are cut off at -100 (and the denominator at 1e-12), so that 0 and 1 are allowed.
    """
    target = _like("binary_cross_entropy", input, target)
    require_finite("binary_cross_entropy", "input", input)
    lowest, highest = input.min(initial=0.5), input.max(initial=0.5)
    require(0 <= lowest and highest <= 1,
            "binary_cross_entropy: input lies in [{:.4g}, {:.4g}], expected probabilities in [0, 1]",
            lowest, highest)  # fmt: skip
    with np.errstate(divide="ignore"):
        losses = -target * np.maximum(np.log(input), -100) - (1 - target) * np.maximum(np.log1p(-input), -100)
    value, w = _reduce("binary_cross_entropy", losses, reduction, input=input, target=target)
    return value, lambda g: w * g * (input - target) / np.maximum(input * (1 - input), 1e-12)


@primitive
def binary_cross_entropy_with_logits(input, target, reduction="mean"):
    r""":math:`\log(1+e^{z}) - yz` of logits ``input``; pullback :math:`\sigma(z)-y`."""
    target = _like("binary_cross_entropy_with_logits", input, target)
    losses = np.logaddexp(0, input) - target * input
    value, w = _reduce("binary_cross_entropy_with_logits", losses, reduction, input=input, target=target)
    return value, lambda g: w * g * (expit(input) - target), lambda g: -w * g * input


@primitive
def perceptron_loss(input, target, reduction="mean"):
    r""":math:`\max(0,-yz)` for labels :math:`y\in\{-1,+1\}`; subgradient :math:`-y` where :math:`yz\le0`, else 0."""
    target = _signs("perceptron_loss", input, target)
    margin = target * input
    value, w = _reduce("perceptron_loss", np.maximum(0, -margin), reduction, input=input, target=target)
    return value, lambda g: -w * g * target * (margin <= 0)


@primitive
def hinge_loss(input, target, reduction="mean"):
    r""":math:`\max(0,1-yz)` for labels :math:`y\in\{-1,+1\}`; subgradient :math:`-y` where :math:`yz<1`, else 0."""
    target = _signs("hinge_loss", input, target)
    margin = target * input
    value, w = _reduce("hinge_loss", np.maximum(0, 1 - margin), reduction, input=input, target=target)
    return value, lambda g: -w * g * target * (margin < 1)
