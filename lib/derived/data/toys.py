"""Toy sets in few dimensions: small enough to draw, hard enough to show why a layer is needed.

Each function returns ``X, y`` with class indices in `y`; the classes take turns, so their sizes differ by one
at most. Only :func:`separable` has labels -1 and +1.
"""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from derived.arguments import require

__all__ = ["blobs", "gaussian_ring", "moons", "ring_centers", "rings", "separable", "xor"]


def _check(where: str, n: int, noise: float) -> None:
    require(isinstance(n, int | np.integer) and n >= 1, f"{where}: n is {n!r}, expected a number of points >= 1")
    require(noise >= 0, f"{where}: noise is {noise}, expected a standard deviation >= 0")


def _jittered(points: np.ndarray, noise: float, rng: np.random.Generator, dtype: DTypeLike) -> np.ndarray:
    return (points + noise * rng.standard_normal(points.shape)).astype(dtype)


def rings(
    n: int = 200,
    noise: float = 0.05,
    *,
    rng: np.random.Generator,
    radii: ArrayLike = (0.5, 1.0),
    dtype: DTypeLike = np.float32,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Points on concentric circles, one class a circle: ``x = radii[y] (cos t, sin t) + noise``.

    No line separates them; the feature :math:`x_1^2 + x_2^2` does with a threshold.

    Parameters
    ----------
    n : int
        Number of points.
    noise : float
        Standard deviation of the Gaussian noise in each coordinate.
    rng : numpy.random.Generator
    radii : sequence of float, length K
        Radius of each class.

    Returns
    -------
    X : ndarray, shape (n, 2)
    y : ndarray of int64, shape (n,)
        0 .. K - 1.
    """
    _check("rings", n, noise)
    radii = np.asarray(radii, dtype=float)
    require(
        radii.ndim == 1 and radii.size > 0 and (radii >= 0).all(),
        f"rings: radii is {radii.tolist()}, expected one radius >= 0 for each class",
    )
    y = np.arange(n) % radii.size
    t = rng.uniform(0, 2 * np.pi, n)
    circle = radii[y, None] * np.column_stack([np.cos(t), np.sin(t)])
    return _jittered(circle, noise, rng, dtype), y


def moons(
    n: int = 200, noise: float = 0.1, *, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other; neither can be cut off by a line.

    Class 0 is ``(cos t, sin t)``, class 1 is ``(1 - cos t, 1/2 - sin t)``, with t uniform on [0, pi].

    Parameters
    ----------
    n : int
        Number of points.
    noise : float
        Standard deviation of the Gaussian noise in each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (n, 2)
    y : ndarray of int64, shape (n,)
    """
    _check("moons", n, noise)
    y = np.arange(n) % 2
    t = rng.uniform(0, np.pi, n)
    arc = np.column_stack([np.cos(t), np.sin(t)])
    return _jittered(np.where(y[:, None] == 0, arc, [1.0, 0.5] - arc), noise, rng, dtype), y


def xor(
    n: int = 200, noise: float = 0.1, *, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> tuple[np.ndarray, np.ndarray]:
    """Points around the corners of the unit square, labelled by exclusive or.

    The corners take turns in the order (0,0), (0,1), (1,0), (1,1), so ``xor(4, noise=0, rng=rng)`` is the
    truth table.

    Parameters
    ----------
    n : int
        Number of points.
    noise : float
        Standard deviation of the Gaussian noise in each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (n, 2)
    y : ndarray of int64, shape (n,)
        1 where the corner's two coordinates differ.
    """
    _check("xor", n, noise)
    first, second = np.arange(n) // 2 % 2, np.arange(n) % 2
    return _jittered(np.column_stack([first, second]).astype(float), noise, rng, dtype), first ^ second


def blobs(
    n: int = 200,
    centers: int | ArrayLike = 3,
    noise: float = 1.0,
    *,
    rng: np.random.Generator,
    dimension: int = 2,
    dtype: DTypeLike = np.float32,
) -> tuple[np.ndarray, np.ndarray]:
    """Gaussian clouds, one class a cloud: ``x = centers[y] + noise``.

    Parameters
    ----------
    n : int
        Number of points.
    centers : int or array_like, shape (K, d)
        The centres, or their number; then they are drawn uniformly from [-8, 8]^dimension.
    noise : float
        Standard deviation of each cloud in each coordinate.
    rng : numpy.random.Generator
    dimension : int
        Used only if `centers` is a number.

    Returns
    -------
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
    """
    _check("blobs", n, noise)
    if np.ndim(centers) == 0:
        require(centers >= 1, f"blobs: centers is {centers}, expected at least one")
        centers = rng.uniform(-8, 8, (int(centers), dimension))
    centers = np.asarray(centers, dtype=float)
    require(
        centers.ndim == 2 and centers.size > 0,
        f"blobs: centers has shape {centers.shape}, expected a number of centres or an array (K, d)",
    )
    y = np.arange(n) % len(centers)
    return _jittered(centers[y], noise, rng, dtype), y


def ring_centers(modes: int = 8, radius: float = 2.0) -> np.ndarray:
    r"""Corners of a regular polygon, :math:`c_k=r\,(\cos\frac{2\pi k}K,\sin\frac{2\pi k}K)`; (modes, 2), float64."""
    require(isinstance(modes, int | np.integer) and modes >= 1, f"ring_centers: modes is {modes!r}, expected >= 1")
    t = 2 * np.pi * np.arange(modes) / modes
    return radius * np.column_stack([np.cos(t), np.sin(t)])


def gaussian_ring(
    n: int = 200,
    modes: int = 8,
    radius: float = 2.0,
    noise: float = 0.1,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[np.ndarray, np.ndarray]:
    """Small Gaussian clouds on a circle: what a generator shall reproduce without leaving a cloud out.

    Parameters
    ----------
    n : int
        Number of points.
    modes : int
        Number of clouds; their centres are :func:`ring_centers`.
    radius : float
        Radius of the circle.
    noise : float
        Standard deviation of each cloud in each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (n, 2)
    y : ndarray of int64, shape (n,)
        The cloud of each point, 0 .. modes - 1.
    """
    _check("gaussian_ring", n, noise)
    return blobs(n, ring_centers(modes, radius), noise, rng=rng, dtype=dtype)


def separable(
    n: int = 100,
    dimension: int = 2,
    margin: float = 0.1,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Points of the unit ball that a hyperplane through the origin separates, with largest margin `margin`.

    .. math:: \max_{\lVert u\rVert=1}\min_i y_i\,x_i\cdot u = \text{margin},\qquad \lVert x_i\rVert\le1,

    attained by the returned normal only. One point is :math:`y_i\,\text{margin}\cdot\text{normal}`: for it
    every other unit vector gives less (Cauchy-Schwarz), so the margin is exactly the prescribed one and
    Novikoff's bound on this set is :math:`1/\text{margin}^2` at most.

    Parameters
    ----------
    n : int
        Number of points.
    dimension : int
        d >= 1. There is no bias: append a column of ones *before* thinking of margins if you want one.
    margin : float
        In (0, 1].
    rng : numpy.random.Generator
    dtype : dtype
        float64 unless said, so that the margin holds to 1e-15.

    Returns
    -------
    X : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
        -1 and +1 in random order, equally many or one more of +1.
    normal : ndarray, shape (d,)
        The unit vector of the largest margin, uniformly distributed on the sphere.
    """
    _check("separable", n, 0)
    require(dimension >= 1, f"separable: dimension is {dimension}, expected at least 1")
    require(0 < margin <= 1, f"separable: margin is {margin}, expected a number in (0, 1]")
    normal = rng.standard_normal(dimension)
    normal /= np.linalg.norm(normal)
    y = np.where(np.arange(n) % 2 == 0, 1, -1)
    height = margin + (1 - margin) * rng.random(n)
    along = rng.standard_normal((n, dimension))
    along -= np.outer(along @ normal, normal)
    length = np.linalg.norm(along, axis=1)
    radius = np.sqrt(1 - height**2) * rng.random(n) ** (1 / max(dimension - 1, 1))
    height[0], radius[0] = margin, 0
    along *= np.where(dimension > 1, radius / np.maximum(length, 1e-300), 0)[:, None]
    X = (y * height)[:, None] * normal + along
    order = rng.permutation(n)
    return X[order].astype(dtype), y[order], normal.astype(dtype)
