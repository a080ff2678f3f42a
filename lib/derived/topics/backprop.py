"""Backpropagation through a multilayer perceptron, layer by layer, as one derives it on paper.

What the tape of :mod:`derived.tensor` does for any graph is written out here for one network: a forward pass that keeps
what the backward pass needs, the error terms from the last layer to the first, and at each layer the product that gives
its gradients. The results are those of the tape, bit by bit. Train with the tape; read this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor, rule_of


@dataclass(frozen=True)
class Layer:
    r"""One layer :math:`A = \phi(XW^\top + \mathbf 1b^\top)`: arrays W and b, and the rule ``phi(Z) -> A, pull``."""

    W: np.ndarray
    b: np.ndarray
    phi: Callable


@dataclass(frozen=True)
class Kept:
    """What the forward pass keeps of one layer: its input, its weights, the pullback of its activation at Z."""

    A: np.ndarray
    W: np.ndarray
    pull: Callable


@dataclass(frozen=True)
class Gradients:
    r"""Gradients of the objective, layer by layer.

    Attributes
    ----------
    loss : the objective :math:`E`.
    W, b : lists of :math:`\partial E/\partial W^{[l]}` and :math:`\partial E/\partial b^{[l]}`, shapes as the arrays.
    Z : list of :math:`\bar Z^{[l]} = \partial E/\partial Z^{[l]}`, (N, n_l) each; for a mean over the batch the rows
        are the error terms of the examples divided by N.
    """

    loss: float
    W: list[np.ndarray]
    b: list[np.ndarray]
    Z: list[np.ndarray]

    def in_order(self) -> list[np.ndarray]:
        """Gradients of the parameters in the order of ``model.parameters()``: W, b of the first layer, and so on."""
        return [g for pair in zip(self.W, self.b, strict=True) for g in pair]


def layers(model: nn.Sequential) -> list[Layer]:
    """The layers of a sequence of :class:`nn.Linear` and activations, such as :class:`nn.MLP`.

    Raises
    ------
    ValueError
        if a linear layer has no bias, or if an activation does not follow a linear layer.
    """
    found: list[Layer] = []
    for module in model.layers:
        if isinstance(module, nn.Linear):
            require(module.bias is not None, "layers: a linear layer has no bias, expected one in each")
            found.append(Layer(module.weight.data, module.bias.data, _identity))
        else:
            require(bool(found) and found[-1].phi is _identity,
                    "layers: {} does not follow a linear layer", type(module).__name__)  # fmt: skip
            found[-1] = replace(found[-1], phi=rule_of(module))
    return found


def _identity(Z: np.ndarray) -> tuple:
    return Z, lambda g: g


def forward(network: Sequence[Layer], X: np.ndarray) -> tuple[np.ndarray, list[Kept]]:
    """Values from the first layer to the last: the output (N, n_L), and what :func:`backward` needs of each layer."""
    A, kept = X, []
    for layer in network:
        Z = A @ layer.W.T + layer.b
        value, pull = layer.phi(Z)
        kept.append(Kept(A, layer.W, pull))
        A = value
    return A, kept


def backward(kept: Sequence[Kept], A_bar: np.ndarray) -> tuple[list, list, list]:
    r"""Gradients from the last layer to the first.

    .. math:: \bar Z^{[l]} = \phi'(Z^{[l]})\odot\bar A^{[l]},\quad
        \bar W^{[l]} = \bar Z^{[l]\top}A^{[l-1]},\quad \bar b^{[l]} = \bar Z^{[l]\top}\mathbf 1,\quad
        \bar A^{[l-1]} = \bar Z^{[l]}W^{[l]}

    Parameters
    ----------
    kept : what :func:`forward` has kept.
    A_bar : gradient with respect to the output, (N, n_L).

    Returns
    -------
    Lists of the gradients with respect to :math:`W^{[l]}`, :math:`b^{[l]}` and :math:`Z^{[l]}`, first layer first.
    """
    W_bar, b_bar, Z_bar = [], [], []
    for l in reversed(range(len(kept))):
        Z_bar.append(kept[l].pull(A_bar))
        W_bar.append(Z_bar[-1].T @ kept[l].A)
        b_bar.append(Z_bar[-1].sum(axis=0))
        if l > 0:  # nobody asks for the gradient with respect to the inputs
            A_bar = Z_bar[-1] @ kept[l].W
    return W_bar[::-1], b_bar[::-1], Z_bar[::-1]


def gradients(model: nn.Sequential, loss: Callable, X: np.ndarray, y: np.ndarray, l2: float = 0.0) -> Gradients:
    r"""Objective :math:`E + \frac\lambda2\sum_l\|W^{[l]}\|_F^2` and all its gradients.

    Parameters
    ----------
    model : linear layers and activations one after the other.
    loss : a primitive of :mod:`derived.ops` such as ``ops.cross_entropy``, averaged over the batch.
    X, y : inputs (N, n_0) and targets, as the loss wants them.
    l2 : :math:`\lambda`; it adds :math:`\lambda W` to the gradient of each weight matrix and nothing to the biases.

    Returns
    -------
    :class:`Gradients`; what ``loss(model(X), y).backward()`` leaves in the parameters, when ``l2`` is 0.
    """
    network = layers(model)
    output, kept = forward(network, X)
    value, pull, *_ = loss.rule(output, y)
    W_bar, b_bar, Z_bar = backward(kept, pull(np.ones_like(value)))
    if l2:
        value = value + 0.5 * l2 * sum(np.sum(layer.W * layer.W) for layer in network)
        W_bar = [g + l2 * layer.W for g, layer in zip(W_bar, network, strict=True)]
    return Gradients(float(value), W_bar, b_bar, Z_bar)


def tape_gradients(model: nn.Module, loss: Callable, X: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Objective and gradients of all parameters, in the order of ``model.parameters()``, from the tape."""
    parameters = model.parameters()
    for p in parameters:
        p.grad = None
    value = loss(model(Tensor(X)), y)
    value.backward()
    return value.item(), [p.grad for p in parameters]


def descend(model: nn.Module, gradient: Callable, lr: float, steps: int) -> list[float]:
    r"""Gradient descent :math:`\theta\leftarrow\theta-\alpha\,\partial E/\partial\theta` on all parameters, in place.

    Parameters
    ----------
    model : the network that is changed.
    gradient : function of the model that returns the objective and the gradients in the order of the parameters.
    lr : :math:`\alpha`.

    Returns
    -------
    The objective before each step.
    """
    losses, parameters = [], model.parameters()
    for _ in range(steps):
        value, grads = gradient(model)
        losses.append(value)
        for p, g in zip(parameters, grads, strict=True):
            p.data -= lr * g
    return losses
