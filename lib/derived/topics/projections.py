r"""Balls of the p-norms around images: nearest points, inside the box of pixel values too, and random points."""

from __future__ import annotations

import numpy as np

from derived.arguments import one_of, require, require_finite

__all__ = ["project", "project_ball", "random_in_ball"]

NO_BOX = (-np.inf, np.inf)


def project(points: np.ndarray, centers: np.ndarray, radius: float | np.ndarray, p: float = np.inf,
            box: tuple[float, float] | None = (0.0, 1.0)) -> np.ndarray:  # fmt: skip
    r"""The point of ball and box that is nearest to each given one in the Euclidean distance.

    .. math:: \Pi(\bar x)=\arg\min_z\|z-\bar x\|_2\quad\text{subject to}\quad
       \|z-x\|_p\le\epsilon,\quad a\le z_i\le b

    Write :math:`s_i=|\bar x_i-x_i|` for the wish of pixel i to move and :math:`m_i` for what the box allows in that
    direction. The pixel moves by :math:`\min(s_i,\epsilon,m_i)` for :math:`p=\infty`, by :math:`\min(ts_i,m_i)` for
    p = 2, by :math:`\min(\max(s_i-\lambda,0),m_i)` for p = 1; t or :math:`\lambda` is the number for which the norm is
    :math:`\epsilon`, found exactly among the sorted breakpoints.

    Parameters
    ----------
    points, centers : (N, ...) floats :math:`\bar x` and :math:`x`; the centers lie in the box.
    radius : :math:`\epsilon\ge0`, one for all or (N,).
    p : 1, 2 or infinity.
    box : smallest and largest value a, b of an entry; None for no box.

    Returns
    -------
    (N, ...) of the dtype of ``points``.
    """
    one_of("project", "p", str(float(p)), ("1.0", "2.0", "inf"))
    require(points.shape == centers.shape, "project: points has shape {}, centers {}", points.shape, centers.shape)
    require_finite("project", "points", points)
    low, high = box or NO_BOX
    require(np.all((centers >= low) & (centers <= high)), "project: centers leave the box {}", box)
    radius = np.broadcast_to(np.asarray(radius, points.dtype), len(points))[:, None]
    require(np.all(radius >= 0), "project: radius is {}, expected numbers >= 0", radius.min(initial=0))
    flat, center = points.reshape(len(points), -1), centers.reshape(len(points), -1)
    if p == np.inf:
        return np.clip(np.clip(flat, center - radius, center + radius), low, high).reshape(points.shape)
    wish = flat - center
    size = np.abs(wish)
    room = np.where(wish > 0, high - center, center - low)
    move = {1: _move_1, 2: _move_2}[p](size, room, radius)
    # Adding and subtracting a centre rounds: the box is kept exactly.
    return np.clip(center + np.sign(wish) * move, low, high).reshape(points.shape).astype(points.dtype)


def project_ball(points: np.ndarray, radius: float | np.ndarray, p: float) -> np.ndarray:
    r"""Nearest point of the ball :math:`\|z\|_p\le\epsilon` around 0, without a box: :func:`project`."""
    return project(points, np.zeros_like(points), radius, p, None)


def _move_2(size: np.ndarray, room: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """min(t s, m) of Euclidean length at most the radius: below each breakpoint t = m/s the pixel is free."""
    capped = np.minimum(size, room)
    length = np.linalg.norm(capped, axis=1, keepdims=True)
    outside = length > radius
    if not outside.any():
        return capped
    if np.isinf(room).all():  # no box: t is the same for all pixels
        return capped * np.where(outside, radius / np.where(outside, length, 1), 1)
    breaks = np.divide(room, size, out=np.full_like(size, np.inf), where=size > 0)
    order = np.argsort(breaks, axis=1)
    breaks, s, m = (np.take_along_axis(array, order, axis=1) for array in (breaks, size, room))
    stopped = np.cumsum(np.where(np.isfinite(breaks), m, 0) ** 2, axis=1)
    stopped = np.concatenate([np.zeros_like(radius), stopped[:, :-1]], axis=1)  # before the pixel in question
    free = np.cumsum((s**2)[:, ::-1], axis=1)[:, ::-1]  # from the pixel in question on
    t = np.sqrt(np.maximum(radius**2 - stopped, 0) / np.where(free > 0, free, 1))
    first = np.argmax(t <= breaks, axis=1)[:, None]  # the length grows with t: the first piece that contains its t
    return np.where(outside, np.minimum(np.take_along_axis(t, first, axis=1) * size, room), capped)


def _move_1(size: np.ndarray, room: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """min(max(s - l, 0), m) of sum at most the radius: as l falls, a pixel starts at s and stops at s - m."""
    capped = np.minimum(size, room)
    outside = capped.sum(axis=1, keepdims=True) > radius
    if not outside.any():
        return capped
    places = np.concatenate([size, np.maximum(size - room, 0)], axis=1)
    starts = np.broadcast_to(np.repeat([1.0, -1.0], size.shape[1]).astype(size.dtype), places.shape)
    order = np.argsort(-places, axis=1)
    places, starts = np.take_along_axis(places, order, axis=1), np.take_along_axis(starts, order, axis=1)
    moving = np.cumsum(starts, axis=1)
    total = np.cumsum(moving[:, :-1] * -np.diff(places, axis=1), axis=1)  # the sum at places[1:]
    last = np.argmax(total >= radius, axis=1)[:, None]
    over = np.take_along_axis(total, last, axis=1) - radius
    rate = np.maximum(np.take_along_axis(moving, last, axis=1), 1)
    level = np.take_along_axis(places[:, 1:], last, axis=1) + over / rate
    return np.where(outside, np.minimum(np.maximum(size - level, 0), room), capped)


def random_in_ball(shape: tuple[int, ...], radius: float | np.ndarray, p: float,
                   rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    r"""Uniform random points of the ball :math:`\|r\|_p\le\epsilon`, one for each row.

    For :math:`p<\infty` let :math:`|g_i|^p` be independent Gamma variables with shape 1/p, signs random, and E
    exponential; then :math:`\epsilon\,g/(\sum_i|g_i|^p+E)^{1/p}` is uniform (Barthe, Guédon, Mendelson and Naor, 2005).

    Parameters
    ----------
    shape : (N, ...) shape of what is returned, float64.
    radius : :math:`\epsilon`, one for all or (N,).
    p : exponent, 1 to infinity.
    """
    require(p >= 1, "random_in_ball: p is {}, expected 1 <= p <= infinity", p)
    n, d = shape[0], int(np.prod(shape[1:]))
    if p == np.inf:
        unit = rng.uniform(-1, 1, (n, d))
    else:
        powers = rng.gamma(1 / p, size=(n, d))
        length = powers.sum(axis=1, keepdims=True) + rng.exponential(size=(n, 1))
        unit = rng.choice([-1.0, 1.0], (n, d)) * (powers / length) ** (1 / p)
    return (np.broadcast_to(radius, n)[:, None] * unit).reshape(shape)
