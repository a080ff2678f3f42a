"""Gradient clipping, between ``backward`` and ``step``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(parameters: Iterable[Tensor], max_norm: float, norm_type: float = 2.0,
                    error_if_nonfinite: bool = False) -> float:  # fmt: skip
    r"""Shorten all gradients together to at most ``max_norm``, as ``torch.nn.utils.clip_grad_norm_``.

    .. math:: g\leftarrow g\,\min\Bigl(1,\frac c{\lVert g\rVert+10^{-6}}\Bigr)

    where g is the vector of *all* gradients. (Without the :math:`10^{-6}` a clipped gradient has length c exactly.)

    Parameters
    ----------
    parameters : tensors; those without gradient are passed over.
    max_norm : :math:`c\ge0`.
    norm_type : p >= 1 of the p-norm, may be ``inf``.
    error_if_nonfinite : whether a norm that is nan or inf raises.

    Returns
    -------
    The norm before clipping, 0 without gradients.

    Raises
    ------
    ValueError
        if max_norm < 0 or norm_type < 1.
    RuntimeError
        if the norm is not finite and ``error_if_nonfinite``.
    """
    require(max_norm >= 0, "clip_grad_norm_: max_norm is {}, expected a number >= 0", max_norm)
    require(norm_type >= 1, "clip_grad_norm_: norm_type is {}, expected a number >= 1", norm_type)
    tensors = [p for p in parameters if p.grad is not None]
    norms = [np.linalg.norm(p.grad.reshape(-1), norm_type) for p in tensors if p.grad.size]
    total = float(np.linalg.norm(norms, norm_type)) if norms else 0.0
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"clip_grad_norm_: the norm of the gradients is {total}, expected a finite number")
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:  # also for nan, which then spreads, as in PyTorch
        for p in tensors:
            p.grad = p.grad * p.grad.dtype.type(factor)
    return total


def clip_grad_value_(parameters: Iterable[Tensor], clip_value: float) -> None:
    """Limit every entry of every gradient to [-clip_value, clip_value], as ``torch.nn.utils.clip_grad_value_``.

    Unlike :func:`clip_grad_norm_` this changes the direction.

    Raises
    ------
    ValueError
        if clip_value < 0.
    """
    require(clip_value >= 0, "clip_grad_value_: clip_value is {}, expected a number >= 0", clip_value)
    for p in parameters:
        if p.grad is not None:
            p.grad = np.clip(p.grad, -clip_value, clip_value)
