r"""Initial weights: how large they have to be for signals and gradients to pass through many layers.

An *initialiser* is a function ``(shape, rng, dtype=np.float32) -> ndarray``. The shape is a weight's in PyTorch's
order, ``(out, in)`` for a linear layer and ``(out, in, *kernel)`` for a convolution, and a unit has

.. math:: n_{\text{in}} = \text{in}\cdot\prod\text{kernel},\qquad n_{\text{out}} = \text{out}\cdot\prod\text{kernel}.

=========================================  ==========================================  =======================
initialiser                                :math:`\mathrm{Var}[w]`                     made for
=========================================  ==========================================  =======================
``lecun_normal``, ``lecun_uniform``        :math:`1/n_{\text{in}}`                     linear units, SELU
``xavier_normal``, ``xavier_uniform``      :math:`2/(n_{\text{in}}+n_{\text{out}})`    tanh; both directions
``he_normal``, ``he_uniform``              :math:`2/n_{\text{in}}`                     ReLU
``torch_default``                          :math:`1/(3n_{\text{in}})`                  PyTorch's linear layers
``unit_uniform``                           :math:`1/3`                                 (shown to fail)
``small_normal``                           :math:`10^{-4}`                             (shown to fail)
``reciprocal_uniform``                     :math:`1/(3n_{\text{in}}^2)`                (shown to fail)
=========================================  ==========================================  =======================

``constant``, ``uniform`` and ``normal`` need numbers and return an initialiser. All draw in float64 and round to
the dtype, so that the same generator gives the same weights in every precision.
"""

from collections.abc import Callable
from functools import partial
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from derived.arguments import one_of, require

__all__ = [
    "by_name",
    "constant",
    "fans",
    "gain_of",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "reciprocal_uniform",
    "small_normal",
    "torch_default",
    "uniform",
    "unit_uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

Shape = tuple[int, ...]
Initialiser = Callable[..., np.ndarray]


def fans(shape: Shape) -> tuple[int, int]:
    r"""The numbers :math:`n_{\text{in}}, n_{\text{out}}` of inputs and outputs of a weight, as PyTorch counts them.

    Examples
    --------
    >>> fans((10, 64)), fans((16, 6, 5, 5))
    ((64, 10), (150, 400))
    """
    require(
        len(shape) >= 2 and all(size >= 1 for size in shape),
        f"fans: shape is {tuple(shape)}, expected (out, in, *kernel) with sizes >= 1",
    )
    return prod(shape[1:]), shape[0] * prod(shape[2:])


def gain_of(nonlinearity: str, negative_slope: float = 0.01) -> float:
    r"""The factor by which PyTorch multiplies the standard deviation for the activation that follows.

    :math:`\sqrt2` for ReLU, :math:`\sqrt{2/(1+a^2)}` for leaky ReLU with slope a, 5/3 for tanh, 3/4 for SELU, 1 for
    linear and sigmoid units.
    """
    gains = {
        "linear": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": sqrt(2),
        "leaky_relu": sqrt(2 / (1 + negative_slope**2)),
        "selu": 3 / 4,
    }
    return gains[one_of("gain_of", "nonlinearity", nonlinearity, gains)]


def zeros(shape: Shape, rng: np.random.Generator | None = None, dtype: DTypeLike = np.float32) -> np.ndarray:
    """All zero: right for biases; as weights they make all units of a layer equal for ever."""
    return np.zeros(shape, dtype)


def constant(value: float) -> Initialiser:
    """An initialiser that sets every entry to `value`."""

    def constant_initialiser(
        shape: Shape, rng: np.random.Generator | None = None, dtype: DTypeLike = np.float32
    ) -> np.ndarray:
        return np.full(shape, value, dtype)

    return constant_initialiser


def uniform(low: float, high: float) -> Initialiser:
    """An initialiser that draws from U(`low`, `high`), with variance ``(high - low)**2 / 12``."""
    require(low <= high, f"uniform: low is {low} and high is {high}, expected low <= high")
    return partial(_uniform, low=low, high=high)


def normal(std: float, mean: float = 0.0) -> Initialiser:
    """An initialiser that draws from the normal distribution with standard deviation `std`."""
    require(std >= 0, f"normal: std is {std}, expected a number >= 0")
    return partial(_normal, std=std, mean=mean)


def _uniform(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, *, low: float, high: float
) -> np.ndarray:
    return rng.uniform(low, high, shape).astype(dtype, copy=False)


def _normal(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, *, std: float, mean: float = 0.0
) -> np.ndarray:
    w = rng.standard_normal(shape)
    w *= std
    if mean:
        w += mean
    return w.astype(dtype, copy=False)


def xavier_uniform(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, gain: float = 1.0
) -> np.ndarray:
    r"""U(-a, a) with :math:`a=\text{gain}\sqrt{6/(n_{\text{in}}+n_{\text{out}})}` (Glorot and Bengio, 2010)."""
    limit = gain * sqrt(6 / sum(fans(shape)))
    return _uniform(shape, rng, dtype, low=-limit, high=limit)


def xavier_normal(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, gain: float = 1.0
) -> np.ndarray:
    r"""Normal with :math:`\sigma=\text{gain}\sqrt{2/(n_{\text{in}}+n_{\text{out}})}` (Glorot and Bengio, 2010)."""
    return _normal(shape, rng, dtype, std=gain * sqrt(2 / sum(fans(shape))))


def he_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, a: float = 0.0) -> np.ndarray:
    r"""U(-l, l) with :math:`l=\sqrt{6/((1+a^2)n_{\text{in}})}`; `a` is the slope of a leaky ReLU (He et al., 2015)."""
    limit = sqrt(6 / ((1 + a * a) * fans(shape)[0]))
    return _uniform(shape, rng, dtype, low=-limit, high=limit)


def he_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32, a: float = 0.0) -> np.ndarray:
    r"""Normal with :math:`\sigma=\sqrt{2/((1+a^2)n_{\text{in}})}`; `a` as in :func:`he_uniform` (He et al., 2015)."""
    return _normal(shape, rng, dtype, std=sqrt(2 / ((1 + a * a) * fans(shape)[0])))


def lecun_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    r"""U(-l, l) with :math:`l=\sqrt{3/n_{\text{in}}}`."""
    limit = sqrt(3 / fans(shape)[0])
    return _uniform(shape, rng, dtype, low=-limit, high=limit)


def lecun_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    r"""Normal with :math:`\sigma=1/\sqrt{n_{\text{in}}}` (LeCun, Bottou, Orr and Müller, 1998)."""
    return _normal(shape, rng, dtype, std=1 / sqrt(fans(shape)[0]))


def torch_default(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    r"""U(-l, l) with :math:`l=1/\sqrt{n_{\text{in}}}`: what PyTorch's linear and convolutional layers start from."""
    limit = 1 / sqrt(fans(shape)[0])
    return _uniform(shape, rng, dtype, low=-limit, high=limit)


def unit_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    """U(-1, 1), whatever the width: pre-activations grow with the square root of the fan-in."""
    return _uniform(shape, rng, dtype, low=-1, high=1)


def small_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    """Normal with standard deviation 0.01, whatever the width: signals fade from layer to layer."""
    return _normal(shape, rng, dtype, std=0.01)


def reciprocal_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    r"""U(-1/n, 1/n) with the fan-in n: the root of ``torch_default`` forgotten, so that signals fade."""
    limit = 1 / fans(shape)[0]
    return _uniform(shape, rng, dtype, low=-limit, high=limit)


_INITIALISERS = {
    f.__name__: f
    for f in (
        zeros,
        xavier_uniform,
        xavier_normal,
        he_uniform,
        he_normal,
        lecun_uniform,
        lecun_normal,
        torch_default,
        unit_uniform,
        small_normal,
        reciprocal_uniform,
    )
}
_FACTORIES = {"constant": constant, "uniform": uniform, "normal": normal}


def by_name(name: str, **parameters: Any) -> Initialiser:
    """The initialiser of this name, with its parameters set.

    Parameters
    ----------
    name : str
        Any function of this module that is an initialiser or returns one.
    **parameters : float
        ``value`` for "constant", ``low`` and ``high`` for "uniform", ``std`` for "normal" (all needed); ``gain``
        for "xavier_uniform" and "xavier_normal", ``a`` for "he_uniform" and "he_normal".

    Raises
    ------
    ValueError
        If the name is unknown (the nearest one is given) or a parameter is missing or unknown.

    Examples
    --------
    >>> by_name("normal", std=0.5)((2, 3), np.random.default_rng(0)).shape
    (2, 3)
    """
    name = one_of("by_name", "name", name, [*_INITIALISERS, *_FACTORIES])
    try:
        if name in _FACTORIES:
            return _FACTORIES[name](**parameters)
        initialiser = _INITIALISERS[name]
        if parameters:
            initialiser = partial(initialiser, **parameters)
            initialiser((1, 1), np.random.default_rng(0))  # an unknown parameter shall fail here, not in a layer
        return initialiser
    except TypeError as error:
        raise ValueError(f"by_name: {name!r} with parameters {sorted(parameters)}: {error}") from error
