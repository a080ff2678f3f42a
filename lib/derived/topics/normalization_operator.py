r"""The normalisation operator :math:`Y=N(X)` of a batch in rows, and its derivative in three forms.

For X of shape (N, n), examples in rows, each column (feature) is centred and divided by its standard deviation,

.. math:: y_{bi} = \theta_i\,(x_{bi}-\mu_i),\qquad \theta_i=(\sigma_i^2+\epsilon)^{-1/2}.

* As a tensor with two upper and two lower indices, :func:`differential_tensor`: all :math:`N^2n^2` partial derivatives.
* Without coordinates, :func:`push` and :func:`pull`: sums over the examples of maps that act feature by feature.
* As a projection, :func:`projection`: for one feature an N x N matrix.

The form that computes fast is in :func:`derived.ops.batch_norm`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from derived import nn
from derived.arguments import require
from derived.nn.normalization import BatchNorm1d
from derived.tensor import rule_of

__all__ = ["NormalizedGradients", "differential_tensor", "gradients", "normalize", "projection", "pull", "push"]


def normalize(X: np.ndarray, eps: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    r""":math:`Y=N(X)`, shape (N, n), and :math:`\theta`, shape (n,)."""
    require(X.ndim == 2, "normalize: X has shape {}, expected (N, n)", X.shape)
    theta = 1 / np.sqrt(X.var(axis=0) + eps)
    return (X - X.mean(axis=0)) * theta, theta


def differential_tensor(X: np.ndarray, eps: float = 0.0) -> np.ndarray:
    r"""All partial derivatives, :math:`T_{b\alpha,ji}=\partial y_{b\alpha}/\partial x_{ji}`.

    .. math:: T_{b\alpha,ji} = \delta_{\alpha i}\,\theta_i\Bigl(\delta_{bj}-\tfrac1N(1+y_{ji}\,y_{bi})\Bigr)

    Returns
    -------
    (N, n, N, n) array; ``einsum("baji,ji->ba", T, U)`` is the differential, ``einsum("baji,ba->ji", T, V)`` the
    reverse one. It is equal to its own transpose, and mostly zeros: for a layer of 64 units and a batch of 256 it
    would take 2.1 GB.
    """
    Y, theta = normalize(X, eps)
    N, n = X.shape
    block = np.eye(N)[:, :, None] - (1 + Y[:, None] * Y[None]) / N  # (b, j, i)
    return np.einsum("ai,i,bji->baji", np.eye(n), theta, block)


def push(X: np.ndarray, U: np.ndarray, eps: float = 0.0) -> np.ndarray:
    r"""The differential :math:`dN_X(U)=\sum_jd_jN_X(u_j)`: what moving each example :math:`x_j` by :math:`u_j` does.

    The map :math:`d_j` of one example moves output b by
    :math:`\theta\odot(\delta_{bj}u_j-\frac1N u_j-\frac1N y_b\odot y_j\odot u_j)`.
    """
    Y, theta = normalize(X, eps)
    N = len(X)
    moved = np.zeros_like(Y)
    for j, u in enumerate(U):
        moved -= theta * (u + Y * Y[j] * u) / N
        moved[j] += theta * u
    return moved


def pull(X: np.ndarray, V: np.ndarray, eps: float = 0.0) -> np.ndarray:
    r"""The reverse differential :math:`rN_X(V)`, the adjoint of :func:`push`, in closed form.

    .. math:: rN_X(V) = \theta\odot\bigl(V-\overline V-Y\odot\overline{Y\odot V}\bigr)

    with means over the examples. Every block of the differential is diagonal and symmetric in j and b, so this is the
    same map as :func:`push`.
    """
    Y, theta = normalize(X, eps)
    return theta * (V - V.mean(axis=0) - Y * (Y * V).mean(axis=0))


def projection(x: np.ndarray, eps: float = 0.0) -> np.ndarray:
    r"""For one feature x (N,) the matrix :math:`P=I-\frac1N(\mathbf 1\mathbf 1^\top+yy^\top)`; :math:`dN=\theta P`.

    For :math:`\epsilon=0` it projects orthogonally to :math:`\mathbf1` and y; otherwise y is only shortened, by the
    factor :math:`\epsilon/(\sigma^2+\epsilon)`.
    """
    y = normalize(x[:, None], eps)[0][:, 0]
    return np.eye(len(x)) - (1 + np.outer(y, y)) / len(x)


@dataclass(frozen=True)
class NormalizedGradients:
    r"""Gradients of a network with batch normalisation, layer by layer, first layer first.

    Attributes
    ----------
    W : gradients of all weight matrices.
    gamma, beta : of the hidden layers' :math:`\gamma^{[l]}` and :math:`\beta^{[l]}`.
    b : of the last layer's bias.
    Z : of all :math:`Z^{[l]}`, the arguments of the activations: the error terms, divided by N for a mean loss.
    """

    W: list[np.ndarray]
    gamma: list[np.ndarray]
    beta: list[np.ndarray]
    b: np.ndarray
    Z: list[np.ndarray]

    def in_order(self) -> list[np.ndarray]:
        """In the order of ``model.parameters()``."""
        hidden = zip(self.W[:-1], self.gamma, self.beta, strict=True)
        return [g for triple in hidden for g in triple] + [self.W[-1], self.b]


def gradients(model: nn.MLP, loss: Callable, X: np.ndarray, y: np.ndarray) -> NormalizedGradients:
    r"""Backpropagation through an MLP with ``norm="batch"``, as one derives it on paper.

    .. math::
        \bar Z^{[l]} &= \phi'(Z^{[l]})\odot\bigl(\bar U^{[l+1]}W^{[l+1]}\bigr), \qquad
        \bar U^{[l]} = rN_{U^{[l]}}\bigl(\gamma^{[l]}\odot\bar Z^{[l]}\bigr), \\
        \bar W^{[l]} &= \bar U^{[l]\top}A^{[l-1]},\qquad
        \bar\gamma^{[l]}=\sum_n\hat U^{[l]}_n\odot\bar Z^{[l]}_n,\qquad \bar\beta^{[l]}=\sum_n\bar Z^{[l]}_n

    with :math:`U^{[l]}=A^{[l-1]}W^{[l]\top}`, :math:`\hat U=N(U)`, :math:`Z=\gamma\odot\hat U+\beta`; in the last
    layer, which has no normalisation, :math:`\bar U^{[L]}=\bar Z^{[L]}`.

    Parameters
    ----------
    model : the network, in training mode; without an output activation.
    loss : a primitive averaged over the batch.
    X, y : (N, n_0) inputs and targets.
    """
    maps = [m for m in model.layers if isinstance(m, nn.Linear)]
    norms = [m for m in model.layers if isinstance(m, BatchNorm1d)]
    require(len(norms) == len(maps) - 1 and len(model) == 3 * len(norms) + 1,
            "gradients: {} layers of weights and {} batch normalisations, expected one in each hidden layer, no "
            "output activation", len(maps), len(norms))  # fmt: skip
    A, kept = X, []
    for l, norm in enumerate(norms):
        U = A @ maps[l].weight.data.T
        value, back = rule_of(model[3 * l + 2])(normalize(U, norm.eps)[0] * norm.weight.data + norm.bias.data)
        kept.append((A, U, back))
        A = value
    value, back, *_ = loss.rule(A @ maps[-1].weight.data.T + maps[-1].bias.data, y)
    Z_bar = [back(np.ones_like(value))]
    U_bar, W, gamma = Z_bar[0], [Z_bar[0].T @ A], []
    for l in reversed(range(len(norms))):
        A, U, back = kept[l]
        Z_bar.append(back(U_bar @ maps[l + 1].weight.data))
        U_bar = pull(U, norms[l].weight.data * Z_bar[-1], norms[l].eps)
        W.append(U_bar.T @ A)
        gamma.append(np.sum(normalize(U, norms[l].eps)[0] * Z_bar[-1], axis=0))
    Z_bar = Z_bar[::-1]
    return NormalizedGradients(W[::-1], gamma[::-1], [g.sum(axis=0) for g in Z_bar[:-1]], Z_bar[-1].sum(axis=0), Z_bar)
