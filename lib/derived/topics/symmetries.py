r"""Changes of a multilayer perceptron's weights that leave its function as it was.

For the hidden layer :math:`l` let unit :math:`j` have the incoming weights :math:`W^{[l]}_{j\cdot}, b^{[l]}_j` and the
outgoing weights :math:`W^{[l+1]}_{\cdot j}`.

======================  =======================================================  ====================================
function                what it does                                             leaves the function as it is if
======================  =======================================================  ====================================
:func:`permute_hidden`  renumbers the units                                      :math:`\phi` acts on each entry
:func:`flip_signs`      incoming and outgoing weights times -1                   :math:`\phi` is odd (tanh)
:func:`rescale`         incoming times c, outgoing divided by c, :math:`c > 0`   :math:`\phi(cz)=c\,\phi(z)` (ReLU)
======================  =======================================================  ====================================

Each returns a new model. Layers are counted as in the book: hidden layers are 1, ..., L - 1. Source: the permutations
and sign flips are those of H. J. Sussmann, Neural Networks 5 (1992), 589-593.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import permutations, product

import numpy as np

from derived.arguments import require
from derived.nn import Linear, Sequential

__all__ = ["flip_signs", "imbalance", "orbit", "permute_hidden", "rescale", "rescaling_signs"]


def _neighbours(where: str, model: Sequential, layer: int) -> tuple[Linear, Linear]:
    """The affine maps into and out of a hidden layer."""
    maps = [module for module in model.layers if isinstance(module, Linear)]
    require(1 <= layer < len(maps), f"{where}: layer is {layer}, expected a hidden layer, 1 to {len(maps) - 1}")
    return maps[layer - 1], maps[layer]


def _copied(where: str, model: Sequential, layer: int) -> tuple[Sequential, Linear, Linear]:
    _neighbours(where, model, layer)
    twin = copy.deepcopy(model)
    return twin, *_neighbours(where, twin, layer)


def permute_hidden(model: Sequential, layer: int, order: Sequence[int]) -> Sequential:
    """The model whose hidden unit `i` is unit ``order[i]`` of the old one, with its bias and outgoing weights.

    Parameters
    ----------
    model : Sequential of Linear layers and activations, such as :class:`derived.nn.MLP`.
    layer : hidden layer, from 1.
    order : each of 0, ..., n - 1 once.

    Raises
    ------
    ValueError
        for a layer that is not hidden, or an order that is no permutation.
    """
    twin, into, out = _copied("permute_hidden", model, layer)
    order = np.asarray(order)
    n = into.out_features
    require(
        order.shape == (n,) and sorted(order.tolist()) == list(range(n)),
        f"permute_hidden: order is {order.tolist()}, expected each of 0 to {n - 1} once",
    )
    into.weight.data = into.weight.data[order]
    if into.bias is not None:
        into.bias.data = into.bias.data[order]
    out.weight.data = out.weight.data[:, order]
    return twin


def flip_signs(model: Sequential, layer: int, units: Sequence[int]) -> Sequential:
    r"""The model in which incoming weights, bias and outgoing weights of the `units` change sign."""
    return _multiply("flip_signs", model, layer, units, -1.0)


def rescale(model: Sequential, layer: int, unit: int, c: float) -> Sequential:
    r"""The model with :math:`c\,(W^{[l]}_{j\cdot}, b^{[l]}_j)` and :math:`W^{[l+1]}_{\cdot j}/c` for `j` = `unit`.

    Raises
    ------
    ValueError
        for a layer that is not hidden, a unit outside it, or ``c <= 0``.
    """
    require(c > 0, f"rescale: c is {c}, expected a positive number (flip_signs changes signs)")
    return _multiply("rescale", model, layer, [unit], c)


def _multiply(where: str, model: Sequential, layer: int, units: Sequence[int], c: float) -> Sequential:
    twin, into, out = _copied(where, model, layer)
    n = into.out_features
    for j in units:
        require(0 <= j < n, f"{where}: unit is {j}, expected one of 0 to {n - 1}")
        into.weight.data[j] *= c
        if into.bias is not None:
            into.bias.data[j] *= c
        out.weight.data[:, j] /= c
    return twin


def orbit(model: Sequential, layer: int = 1) -> Iterator[Sequential]:
    """All models that permutations and sign flips of the hidden layers from `layer` on make of this one."""
    maps = [module for module in model.layers if isinstance(module, Linear)]
    if layer >= len(maps):
        yield model
        return
    n = maps[layer - 1].out_features
    for order, signs in product(permutations(range(n)), product([False, True], repeat=n)):
        yield from orbit(flip_signs(permute_hidden(model, layer, order), layer, np.flatnonzero(signs)), layer + 1)


def rescaling_signs(model: Sequential, layer: int, unit: int) -> list[np.ndarray]:
    r"""The diagonal of :math:`D` in the order of ``model.parameters()``.

    :math:`D` is +1 at the incoming weights and the bias of the unit, -1 at its outgoing weights and 0 elsewhere; the
    direction in which :func:`rescale` moves the parameters at c = 1 is :math:`u = D\theta`.
    """
    into, out = _neighbours("rescaling_signs", model, layer)
    n = into.out_features
    require(0 <= unit < n, f"rescaling_signs: unit is {unit}, expected one of 0 to {n - 1}")
    signs = {id(p): np.zeros_like(p.data) for p in model.parameters()}
    signs[id(into.weight)][unit] = 1
    if into.bias is not None:
        signs[id(into.bias)][unit] = 1
    signs[id(out.weight)][:, unit] = -1
    return [signs[id(p)] for p in model.parameters()]


def imbalance(model: Sequential, layer: int) -> np.ndarray:
    r"""What gradient flow conserves in a ReLU network, for each unit of a hidden layer.

    .. math:: q_j = \|W^{[l]}_{j\cdot}\|^2 + (b^{[l]}_j)^2 - \|W^{[l+1]}_{\cdot j}\|^2

    Returns
    -------
    (n,) array. Source: S. S. Du, W. Hu and J. D. Lee, NeurIPS 2018, theorem 2.1 (there without biases).
    """
    into, out = _neighbours("imbalance", model, layer)
    b = into.bias.data if into.bias is not None else np.zeros(into.out_features, into.weight.dtype)
    return np.sum(into.weight.data**2, axis=1) + b**2 - np.sum(out.weight.data**2, axis=0)
