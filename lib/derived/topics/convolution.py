r"""Convolution and cross-correlation of sequences and images, written as the sums that define them.

A sequence is an array that counts as 0 outside: entry t is :math:`f_t`. These loops are slow on purpose: they are the
definitions, and :func:`derived.ops.conv2d` is tested and explained against them.
"""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["circular", "convolve", "convolve2d", "correlate", "upsample"]


def convolve(f: np.ndarray, h: np.ndarray) -> np.ndarray:
    r"""All entries of the convolution that can differ from 0,
    :math:`(f*h)_u=\sum_t f_t\,h_{u-t}` for :math:`u=0,\dots,n+m-2`.

    Each :math:`f_t` adds a copy of h that begins at t. Equal to ``scipy.signal.convolve(f, h)``.

    Parameters
    ----------
    f, h : (n,) and (m,) arrays.
    """
    _require_sequences("convolve", f, h)
    out = np.zeros(len(f) + len(h) - 1, np.result_type(f, h))
    for t in range(len(f)):
        out[t : t + len(h)] += f[t] * h
    return out


def correlate(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""The cross-correlation where w lies inside x ("valid"), :math:`(w\star x)_s=\sum_i w_i\,x_{s+i}`,
    :math:`s=0,\dots,n-k`.

    Parameters
    ----------
    w, x : (k,) and (n,) arrays, :math:`k\le n`.
    """
    _require_sequences("correlate", w, x)
    require(len(w) <= len(x), "correlate: w has {} entries, expected at most the {} of x", len(w), len(x))
    return np.array([np.sum(w * x[s : s + len(w)]) for s in range(len(x) - len(w) + 1)])


def convolve2d(F: np.ndarray, H: np.ndarray) -> np.ndarray:
    r"""The same for images, :math:`(F*H)_{uv}=\sum_{k,l}F_{kl}\,H_{u-k,\,v-l}`; shapes add up, less one.

    Parameters
    ----------
    F, H : matrices.
    """
    require(np.ndim(F) == np.ndim(H) == 2 and np.size(F) * np.size(H) > 0,
            "convolve2d: shapes are {} and {}, expected two matrices", np.shape(F), np.shape(H))  # fmt: skip
    out = np.zeros(np.add(F.shape, H.shape) - 1, np.result_type(F, H))
    for k, l in np.ndindex(F.shape):
        out[k : k + H.shape[0], l : l + H.shape[1]] += F[k, l] * H
    return out


def circular(f: np.ndarray, h: np.ndarray) -> np.ndarray:
    r"""Convolution of sequences of period n, :math:`(f\circledast h)_u=\sum_{t=0}^{n-1}f_t\,h_{(u-t)\bmod n}`.

    Parameters
    ----------
    f, h : (n,) arrays.
    """
    _require_sequences("circular", f, h)
    require(len(f) == len(h), "circular: f has {} entries and h {}, expected the same period", len(f), len(h))
    return np.array([sum(f[t] * h[(u - t) % len(h)] for t in range(len(f))) for u in range(len(f))])


def upsample(g: np.ndarray, stride: int) -> np.ndarray:
    """``stride - 1`` zeros between neighbours, along every axis: the adjoint of keeping each ``stride``-th entry."""
    require(stride >= 1, "upsample: stride is {}, expected an integer >= 1", stride)
    out = np.zeros([stride * (n - 1) + 1 for n in np.shape(g)], np.asarray(g).dtype)
    out[tuple(slice(None, None, stride) for _ in out.shape)] = g
    return out


def _require_sequences(where: str, a: np.ndarray, b: np.ndarray) -> None:
    require(np.ndim(a) == np.ndim(b) == 1 and len(a) * len(b) > 0,
            "{}: shapes are {} and {}, expected two sequences", where, np.shape(a), np.shape(b))  # fmt: skip
