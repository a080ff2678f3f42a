r"""Optimisation over images instead of weights: ascent with small steps, Adam on a batch of images, and dreams."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

from derived.arguments import require
from derived.nn import Parameter
from derived.optim import Adam
from derived.tensor import Tensor, no_grad

__all__ = ["ascend", "dream", "minimize_images"]


def ascend(objective: Callable[[Tensor], Tensor], start: np.ndarray, steps: int, lr: float) -> tuple:
    r"""Plain gradient ascent :math:`I\leftarrow I+\eta\nabla F(I)`.

    Parameters
    ----------
    objective : function of a tensor of the shape of ``start`` that returns one number F.
    start : floating-point array; not changed.
    steps, lr : number of steps, and :math:`\eta`.

    Returns
    -------
    image : the last image.
    values : (steps + 1,) array, F before the first step and after each.
    lengths : (steps,) array, squared length of each gradient.
    """
    image, values, lengths = start.copy(), [], []
    for _ in range(steps):
        x = Tensor(image, requires_grad=True)
        value = objective(x)
        value.backward()
        values.append(value.item())
        lengths.append(float(np.sum(x.grad**2)))
        image = image + lr * x.grad
    with no_grad():
        values.append(objective(Tensor(image)).item())
    return image, np.array(values), np.array(lengths)


def minimize_images(losses: Callable[[Tensor], Tensor], start: np.ndarray, steps: int, lr: float,
                    bounds: tuple[float, float] | None = None) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Adam on a batch of images at once.

    Adam treats each pixel by itself, so the images of the batch do not influence each other.

    Parameters
    ----------
    losses : function of a tensor (N, …) that returns N losses, each depending on its own image only.
    start : (N, …) floating-point array; not changed.
    steps, lr : number of steps, and Adam's rate.
    bounds : smallest and largest value of a pixel, if there are such.

    Returns
    -------
    images : array of the shape of ``start``.
    values : (steps + 1, N) array, the losses before the first step and after each.
    """
    images = Parameter(start.copy())
    optimizer, values = Adam([images], lr=lr), []
    for _ in range(steps):
        optimizer.zero_grad()
        found = losses(images)
        require(found.shape == (len(start),), "minimize_images: losses has shape {}, expected {} of them",
                found.shape, len(start))  # fmt: skip
        found.backward(np.ones_like(found.data))
        values.append(found.data)
        optimizer.step()
        if bounds is not None:
            np.clip(images.data, *bounds, out=images.data)
    with no_grad():
        values.append(losses(images).data)
    return images.data.copy(), np.array(values)


def dream(objective: Callable[[Tensor], Tensor], image: np.ndarray, steps: int, step: float, *,
          rng: np.random.Generator, bounds: tuple[float, float], jitter: int = 4,
          scales: tuple[float, ...] = (0.7, 1.4, 2.8)) -> np.ndarray:  # fmt: skip
    """Ascent from a real image with the tricks of DeepDream.

    The image is rolled at random before each step, and back after it, so that no pixel keeps its place in the grid of
    the strides. The gradient is the mean of copies blurred with several widths, each divided by its mean absolute
    value: otherwise the finest pattern wins.

    Parameters
    ----------
    objective : function of a tensor (1, C, H, W) that returns one number.
    image : (1, C, H, W) array; not changed.
    steps, step : how many steps; mean change of a pixel in one of them, before the bounds.
    bounds : smallest and largest value of a pixel.
    jitter, scales : largest shift in pixels, and the widths of the blurs.

    Returns
    -------
    The last image.
    """
    image = image.copy()
    for _ in range(steps):
        move = rng.integers(-jitter, jitter + 1, 2)
        x = Tensor(np.roll(image, move, (2, 3)), requires_grad=True)
        objective(x).backward()
        blurred = [gaussian_filter(x.grad, (0, 0, width, width)) for width in scales]
        direction = np.mean([g / (np.abs(g).mean() + 1e-12) for g in blurred], axis=0)
        image = np.clip(image + step * np.roll(direction, -move, (2, 3)), *bounds).astype(image.dtype)
    return image
