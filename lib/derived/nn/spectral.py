"""Spectral normalisation: a layer that stretches no direction by more than 1."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor

_FIRST_ROUNDS = 15  # of the power method, before training; as in PyTorch


class SpectralNorm(Module):
    r"""A module whose weight is divided by its largest singular value, :math:`\hat W=W/\sigma,\;\sigma=u^\top Wv`.

    The vectors u and v follow the weight by a round of the power method in each call in training mode. For the gradient
    they are constants, so that :math:`\bar W=\frac1\sigma\bigl(\bar{\hat W}-\langle\bar{\hat W},\hat W\rangle\,
    uv^\top\bigr)`.

    Parameters
    ----------
    module : such as :class:`Linear`; it loses its parameter ``name``, which is computed anew in each call. A weight of
        more than two axes is read as a matrix with the axis ``dim`` for its rows, one of one axis divided by its
        length. For a convolution this matrix is that of the kernel, not of the whole map.
    rng : source of the first u and v.
    name, n_power_iterations, eps, dim : of the parameter, rounds in each call, least length to divide by, the axis.

    Attributes
    ----------
    weight_orig : parameter :math:`W` (for a ``name`` other than "weight", too).
    u, v : unit vectors, changed in place; None for a weight of one axis.

    Notes
    -----
    Behaves as ``torch.nn.utils.parametrizations.spectral_norm`` (Miyato et al., 2018), where the vectors are called
    ``_u`` and ``_v``.
    """

    def __init__(self, module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12,
                 dim: int | None = None, *, rng: np.random.Generator) -> None:  # fmt: skip
        weight = vars(module).get(name)
        require(isinstance(weight, Parameter), "SpectralNorm: {} has no parameter {}", type(module).__name__, name)
        require(n_power_iterations >= 1,
                "SpectralNorm: n_power_iterations is {}, expected at least 1", n_power_iterations)  # fmt: skip
        axis = 0 if dim is None else dim
        require(-weight.ndim <= axis < weight.ndim,
                "SpectralNorm: dim is {}, the parameter {} has {} axes", dim, name, weight.ndim)  # fmt: skip
        del vars(module)[name]
        self.module, self.name, self.n_power_iterations, self.eps = module, name, n_power_iterations, eps
        self.dim, self.weight_orig = axis % weight.ndim, weight
        matrix = self._matrix(weight.data)
        u, v = (_unit(rng.standard_normal(n).astype(weight.dtype), eps) for n in matrix.shape)
        self.register_buffer("u", u if weight.ndim > 1 else None)
        self.register_buffer("v", v if weight.ndim > 1 else None)
        self._iterate(_FIRST_ROUNDS)

    def _matrix(self, weight: np.ndarray) -> np.ndarray:
        return np.moveaxis(weight, self.dim, 0).reshape(weight.shape[self.dim], -1)

    def _iterate(self, rounds: int) -> None:
        if self.u is None:
            return
        matrix = self._matrix(self.weight_orig.data)
        for _ in range(rounds):
            self.u[...] = _unit(matrix @ self.v, self.eps)
            self.v[...] = _unit(matrix.T @ self.u, self.eps)

    @property
    def sigma(self) -> Tensor:
        r""":math:`u^\top Wv` for the present u and v; the length of a weight with one axis."""
        W = self.weight_orig
        if self.u is None:
            return ops.sum(W * W) ** 0.5
        rest = tuple(np.delete(W.shape, self.dim))
        outer = np.moveaxis(np.multiply.outer(self.u, self.v.reshape(rest)), 0, self.dim)
        return ops.sum(W * outer)

    @property
    def weight(self) -> Tensor:
        """The weight that the module is called with."""
        return self.weight_orig / self.sigma

    def forward(self, *inputs: Tensor | np.ndarray) -> Tensor:
        """The module's value with this weight; in training mode after ``n_power_iterations`` rounds."""
        if self.training:
            self._iterate(self.n_power_iterations)
        setattr(self.module, self.name, self.weight)
        try:
            return self.module(*inputs)
        finally:
            delattr(self.module, self.name)


def spectral_norm(module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12,
                  dim: int | None = None, *, rng: np.random.Generator) -> SpectralNorm:  # fmt: skip
    """Divide a module's weight by its largest singular value: :class:`SpectralNorm`, under PyTorch's name for it."""
    return SpectralNorm(module, name, n_power_iterations, eps, dim, rng=rng)


def _unit(x: np.ndarray, eps: float) -> np.ndarray:
    return x / max(float(np.linalg.norm(x)), eps)
