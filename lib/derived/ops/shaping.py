"""Reshaping, transposing, indexing and joining: the entries move, and each pullback moves the gradients back."""

from __future__ import annotations

import math

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor, primitive, shared


@primitive
def reshape(x, shape):
    """The same entries in another ``shape`` (a tuple; -1 for one length that follows)."""
    return x.reshape(shape), lambda g: g.reshape(x.shape)


@primitive
def flatten(x, start_dim=0):
    """All axes from ``start_dim`` on as one."""
    return x.reshape(*x.shape[:start_dim], math.prod(x.shape[start_dim:])), lambda g: g.reshape(x.shape)


@primitive
def transpose(x, dim0=-2, dim1=-1):
    """Two axes swapped."""
    return np.swapaxes(x, dim0, dim1), lambda g: np.swapaxes(g, dim0, dim1)


@primitive
def permute(x, dims):
    """Axes in the order ``dims``."""
    return x.transpose(dims), lambda g: g.transpose(np.argsort(np.mod(dims, x.ndim)))  # mod: axes from the end


@primitive
def flip(x, dims):
    """The order along ``dims`` (an axis or several) reversed."""
    return np.flip(x, dims), lambda g: np.flip(g, dims)


@primitive
def getitem(x, index):
    """Entries chosen by NumPy's indexing; an entry chosen several times collects all its gradients."""

    def pull(g):
        spread = np.zeros_like(x)
        if _is_basic(index):
            spread[index] = g
        else:
            np.add.at(spread, index, g)
        return spread

    return x[index], pull


def _is_basic(index):
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(p, int | np.integer | slice | type(None) | type(...)) for p in parts)


@primitive
def _whole(x):
    def pull(parts):
        spread = np.zeros_like(x)
        for index, g in parts:
            spread[index] = g
        return spread

    return x, pull


@primitive
def _part(x, index):
    return x[index], lambda g: [(index, g)]  # lists add up by joining: _whole gets one of all parts


@primitive
def _cat(*arrays, dim):
    edges = np.cumsum([a.shape[dim] for a in arrays])[:-1]
    pull = shared(lambda g: np.split(g, edges, axis=dim))
    return np.concatenate(arrays, axis=dim), *map(pull, range(len(arrays)))


@primitive
def _stack(*arrays, dim):
    pulls = [lambda g, k=k: np.take(g, k, axis=dim) for k in range(len(arrays))]
    return np.stack(arrays, axis=dim), *pulls


def chunk(x: Tensor, chunks: int, dim: int = 0) -> list[Tensor]:
    """``x`` in ``chunks`` equal parts along the axis ``dim``; their gradients are put together once, in one array."""
    whole, size = _whole(x), x.shape[dim] // chunks
    require(size * chunks == x.shape[dim], "chunk: axis {} of {} is not a multiple of {}", dim, x.shape, chunks)
    before = (slice(None),) * (dim % x.ndim)
    return [_part(whole, (*before, slice(k * size, (k + 1) * size))) for k in range(chunks)]


def cat(tensors: list, dim: int = 0) -> Tensor:
    """The tensors one after the other along the axis ``dim``."""
    return _cat(*tensors, dim=dim)


def stack(tensors: list, dim: int = 0) -> Tensor:
    """The tensors, all of one shape, along a new axis ``dim``."""
    return _stack(*tensors, dim=dim)
