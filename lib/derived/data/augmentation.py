r"""Augmentation: new training images :math:`\tau(x)` with the old label y. Whether that is right depends on the data.

All functions take batches (N, C, H, W) of any float dtype and keep shape (but for crops) and dtype; each image gets a
transformation of its own. What comes in from outside the image is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from derived.arguments import require

__all__ = [
    "Augmented",
    "colour_components",
    "horizontal_flip",
    "pca_colour",
    "random_crop",
    "random_rotation",
    "random_shift",
    "rotate",
    "shift",
]

Transform = Callable[[np.ndarray, np.random.Generator], np.ndarray]


class Augmented:
    """Batches whose inputs are transformed anew each time they come; labels stay.

    Parameters
    ----------
    batches : iterable of pairs (x, y), such as :class:`derived.data.Batches`.
    transform : ``transform(x, rng)`` gives inputs of the same number.
    rng : its child (``rng.spawn(1)``) goes to the transform, so the order of the batches is the same without it.
    """

    def __init__(self, batches: Iterable, transform: Transform, rng: np.random.Generator) -> None:
        self.batches, self.transform, self._rng = batches, transform, rng.spawn(1)[0]

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return ((self.transform(x, self._rng), y) for x, y in self.batches)


def _require_images(where: str, images: np.ndarray) -> None:
    require(np.ndim(images) == 4, "{}: images has shape {}, expected (N, C, H, W)", where, np.shape(images))


def _windows(images: np.ndarray, top: np.ndarray, left: np.ndarray, height: int, width: int) -> np.ndarray:
    """Of each image n the window of the given size whose first pixel is ``(top[n], left[n])``."""
    rows, columns = top[:, None] + np.arange(height), left[:, None] + np.arange(width)
    index = np.arange(len(images))[:, None, None]
    return np.moveaxis(images, 1, -1)[index, rows[:, :, None], columns[:, None, :]].transpose(0, 3, 1, 2)


def shift(images: np.ndarray, down: np.ndarray | int, right: np.ndarray | int) -> np.ndarray:
    """Image n moved by ``down[n]`` and ``right[n]`` pixels; what leaves the picture is lost.

    Parameters
    ----------
    images : (N, C, H, W).
    down, right : (N,) integers, or one for all; negative ones move up and to the left.
    """
    _require_images("shift", images)
    down, right = (np.broadcast_to(a, len(images)) for a in (down, right))
    most = int(max(np.abs(down).max(initial=0), np.abs(right).max(initial=0)))
    padded = np.pad(images, ((0, 0), (0, 0), (most, most), (most, most)))
    return _windows(padded, most - down, most - right, *images.shape[2:])


def random_shift(images: np.ndarray, pixels: int, rng: np.random.Generator) -> np.ndarray:
    """Shifts by -pixels … pixels, uniform and independent in both directions."""
    require(pixels >= 0, "random_shift: pixels is {}, expected an integer >= 0", pixels)
    return shift(images, *rng.integers(-pixels, pixels + 1, (2, len(images))))


def random_crop(images: np.ndarray, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A window of `size` (height, width) from each image, its place uniform: (N, C, height, width)."""
    _require_images("random_crop", images)
    (height, width), (H, W) = size, images.shape[2:]
    require(0 < height <= H and 0 < width <= W, "random_crop: size is {}, expected at most {}", size, (H, W))
    top, left = (rng.integers(0, spare + 1, len(images)) for spare in (H - height, W - width))
    return _windows(images, top, left, height, width)


def horizontal_flip(images: np.ndarray, p: float, rng: np.random.Generator) -> np.ndarray:
    """Each image mirrored left to right with probability `p`. No transformation for digits or letters."""
    _require_images("horizontal_flip", images)
    require(0 <= p <= 1, "horizontal_flip: p is {}, expected a number from 0 to 1", p)
    flipped = rng.random(len(images)) < p
    return np.where(flipped[:, None, None, None], images[..., ::-1], images)


def rotate(images: np.ndarray, degrees: np.ndarray | float) -> np.ndarray:
    r"""Image n turned anticlockwise about its centre by ``degrees[n]``, with bilinear interpolation.

    Each pixel p of the result is looked up where it came from, at :math:`R^{-1}(p-c)+c`: going forwards would leave
    holes. Equal to ``scipy.ndimage.rotate(…, reshape=False, order=1, mode="grid-constant")``.

    Parameters
    ----------
    images : (N, C, H, W).
    degrees : (N,), or one for all.
    """
    _require_images("rotate", images)
    N, C, H, W = images.shape
    angle = np.deg2rad(np.broadcast_to(np.asarray(degrees, dtype=np.float64), N))[:, None, None]
    y, x = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    # one pixel of 0 all round: what lies farther out is looked up there, too
    row = np.clip(np.cos(angle) * y + np.sin(angle) * x + (H + 1) / 2, 0, H + 1)
    column = np.clip(np.cos(angle) * x - np.sin(angle) * y + (W + 1) / 2, 0, W + 1)
    i, j = np.minimum(row.astype(int), H), np.minimum(column.astype(int), W)
    v, u = ((a - k)[..., None].astype(images.dtype) for a, k in ((row, i), (column, j)))
    pixels = np.pad(np.moveaxis(images, 1, -1), ((0, 0), (1, 1), (1, 1), (0, 0))).reshape(-1, C)
    at = (np.arange(N)[:, None, None] * (H + 2) + i) * (W + 2) + j
    upper = (1 - u) * pixels[at] + u * pixels[at + 1]
    lower = (1 - u) * pixels[at + W + 2] + u * pixels[at + W + 3]
    return ((1 - v) * upper + v * lower).transpose(0, 3, 1, 2)


def random_rotation(images: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    """Rotations by angles that are uniform on [-degrees, degrees]."""
    require(degrees >= 0, "random_rotation: degrees is {}, expected a number >= 0", degrees)
    return rotate(images, rng.uniform(-degrees, degrees, len(images)))


def colour_components(images: np.ndarray) -> np.ndarray:
    r"""Principal directions of the colours of all pixels, each as long as the standard deviation along it.

    Returns
    -------
    (C, C) matrix :math:`U\Lambda^{1/2}` in columns, where :math:`U\Lambda U^\top` is the colours' covariance.
    """
    _require_images("colour_components", images)
    values, vectors = np.linalg.eigh(np.cov(np.moveaxis(images, 1, 0).reshape(images.shape[1], -1)))
    return vectors * np.sqrt(np.maximum(values, 0))


def pca_colour(images: np.ndarray, components: np.ndarray, std: float, rng: np.random.Generator) -> np.ndarray:
    r"""One random colour added to all pixels of an image, cut off at 0 and 1.

    .. math:: x_p\leftarrow x_p+U\Lambda^{1/2}\alpha,\qquad\alpha\sim N(0,s^2I)

    The added colour has covariance :math:`s^2` times that of the pixels: the light varies as the colours do. The idea
    is that of Krizhevsky, Sutskever and Hinton (2012), who write :math:`\Lambda` in place of :math:`\Lambda^{1/2}`;
    its effect depends on the unit of the pixels.

    Parameters
    ----------
    images : (N, C, H, W) in [0, 1].
    components : (C, C), from :func:`colour_components` of the training images.
    std : s, 0.1 in the paper.
    """
    _require_images("pca_colour", images)
    colour = std * rng.standard_normal((len(images), components.shape[1])) @ components.T
    return np.clip(images + colour[:, :, None, None], 0, 1).astype(images.dtype, copy=False)
