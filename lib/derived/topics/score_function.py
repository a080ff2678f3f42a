"""Two ways to estimate the gradient of an expectation over a Gaussian: the score function, and reparametrisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.tensor import Tensor

__all__ = ["reparametrised_gradients", "score_function_gradients"]


def score_function_gradients(f: Callable, mean: float, std: float, noise: np.ndarray) -> np.ndarray:
    r"""Single-sample estimates of the gradient of :math:`\mathbb E f(z)`, :math:`z\sim\mathcal N(a,s^2)`.

    .. math:: f(z)\,\partial\log p(z)=\frac{f(z)}s\,(\epsilon,\ \epsilon^2-1),\qquad z=a+s\epsilon

    Parameters
    ----------
    f : function of an array, entry by entry; it need not be continuous.
    mean, std : a and s > 0.
    noise : (K,) draws of :math:`\epsilon\sim\mathcal N(0,1)`.

    Returns
    -------
    (K, 2) estimates of the derivatives by a and by s (Williams, 1992: REINFORCE).
    """
    values = np.asarray(f(mean + std * noise))
    return np.stack([values * noise, values * (noise**2 - 1)], axis=1) / std


def reparametrised_gradients(f: Callable, mean: float, std: float, noise: np.ndarray) -> np.ndarray:
    r"""The same, by the derivative of f at :math:`z=a+s\epsilon`: :math:`f'(z)\,(1,\ \epsilon)`.

    ``f`` is a function of a tensor, entry by entry, and is differentiated by the tape; the other arguments and the
    result are those of :func:`score_function_gradients`.
    """
    z = Tensor(mean + std * noise, requires_grad=True)
    value = f(z)
    value.backward(np.ones_like(value.data))
    return np.stack([z.grad, z.grad * noise], axis=1)
