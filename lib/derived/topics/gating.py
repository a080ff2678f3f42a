"""Units that let their input through by chance: dropout and GELU are two gates of one kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor, primitive

__all__ = ["StochasticGate", "normal_cdf"]


@primitive
def normal_cdf(x):
    r"""Distribution function :math:`\Phi` of the standard normal; its derivative is the density."""
    return ndtr(x), lambda g: g * np.exp(-0.5 * x * x) / x.dtype.type(np.sqrt(2 * np.pi))


class StochasticGate(nn.Module):
    r"""Multiply each entry by a Bernoulli variable whose probability may depend on the entry.

    .. math:: y=m\,x,\; m\sim\mathrm{Bernoulli}(\phi(x))\ \text{in training},\qquad y=x\,\phi(x)\ \text{in evaluation}

    The second is the mean of the first. A constant :math:`\phi` is plain dropout with keep probability
    :math:`\phi` (:class:`derived.nn.Dropout` is the inverted form, with the drop probability :math:`p=1-\phi`);
    :math:`\phi=\Phi` makes the mean :func:`derived.ops.gelu`. The backward pass takes the mask as given, which for a
    gate that depends on x leaves out how x moves the probability.

    Parameters
    ----------
    phi : number in [0, 1], or function of a tensor with values there, such as :func:`normal_cdf` or ``ops.sigmoid``.
    rng : source of the masks.

    Raises
    ------
    ValueError
        if a probability lies outside [0, 1].
    """

    def __init__(self, phi: float | Callable[[Tensor], Tensor], *, rng: np.random.Generator) -> None:
        self.phi, self.rng = phi, rng

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        gate = self.phi(x) if callable(self.phi) else Tensor(np.asarray(self.phi, dtype=x.dtype))
        low, high = gate.data.min(initial=0.0), gate.data.max(initial=1.0)
        require(low >= 0 and high <= 1, "StochasticGate: phi gives {} to {}, expected probabilities", low, high)
        if not self.training:
            return x * gate
        return x * (self.rng.random(x.shape) < gate.data).astype(x.dtype)
