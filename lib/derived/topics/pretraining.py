r"""Greedy unsupervised pretraining: layers learnt one after the other as encoders, then used as a starting point.

Layer l is the encoder of an autoencoder of its own, which learns to rebuild what the layer below puts out:

.. math:: h^{[0]}=x,\qquad \min\frac1N\sum_i\bigl\lVert\hat h^{[l-1]}_i-h^{[l-1]}_i\bigr\rVert^2,\qquad
    h^{[l]}=\phi(W^{[l]}h^{[l-1]}+b^{[l]}),\quad \hat h^{[l-1]}=Vh^{[l]}+c

The decoders (V, c) are thrown away. Labels are needed only afterwards, to train a head and to fine-tune all layers.
Source: Y. Bengio, P. Lamblin, D. Popovici and H. Larochelle, Greedy layer-wise training of deep networks, NIPS 2006.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.data import Batches
from derived.optim import Adam
from derived.tensor import Tensor
from derived.training import fit, predict

__all__ = ["Autoencoder", "greedy", "reconstruction_loss", "train_autoencoder", "with_head"]


class Autoencoder(nn.Module):
    r"""Encoder :math:`h=\phi(Wx+b)` and linear decoder :math:`\hat x=Vh+c`.

    Parameters
    ----------
    in_features, units : numbers of entries of x and h.
    activation : name of :math:`\phi`; "identity" makes the autoencoder linear.
    rng : source of the initial weights.
    init : initialiser of both weights; the biases start at 0.
    dtype : of the parameters.

    Attributes
    ----------
    encoder : Sequential of the affine map (W, b) and :math:`\phi`.
    decoder : the affine map (V, c).
    """

    def __init__(self, in_features: int, units: int, activation: str = "relu", *, rng: np.random.Generator,
                 init: str | Callable = "he_normal", dtype: type = np.float32) -> None:  # fmt: skip
        options = {"rng": rng, "init": init, "dtype": dtype}
        self.encoder = nn.Sequential(nn.Linear(in_features, units, **options), nn.activation(activation))
        self.decoder = nn.Linear(units, in_features, **options)

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        r"""(N, in_features) to the reconstruction :math:`\hat x` of the same shape."""
        return self.decoder(self.encoder(x))


def reconstruction_loss(x_hat: Tensor, x: np.ndarray) -> Tensor:
    r""":math:`\frac1N\sum_i\lVert\hat x_i-x_i\rVert^2` of (N, d): a sum over entries, a mean over examples."""
    return x.shape[1] * ops.mse_loss(x_hat, x)


def train_autoencoder(H: np.ndarray, units: int, activation: str = "relu", *, rng: np.random.Generator,
                      epochs: int = 20, lr: float = 3e-3, batch_size: int = 64,
                      init: str | Callable = "he_normal") -> Autoencoder:  # fmt: skip
    """One autoencoder, trained by Adam to rebuild the rows of H (N, d); its dtype is that of H."""
    require(H.ndim == 2 and units >= 1, "train_autoencoder: H has shape {}, units is {}, expected (N, d) and >= 1",
            H.shape, units)  # fmt: skip
    model = Autoencoder(H.shape[1], units, activation, rng=rng, init=init, dtype=H.dtype.type)
    batches = Batches(H, H, batch_size, rng=rng)
    fit(model, reconstruction_loss, Adam(model.parameters(), lr=lr), batches, epochs, progress=False)
    return model


def greedy(X: np.ndarray, widths: Sequence[int], activation: str = "relu", *, rng: np.random.Generator,
           **options: object) -> list[Autoencoder]:  # fmt: skip
    """One autoencoder a layer: the first rebuilds the rows of X, each further one the codes of the one before.

    Parameters
    ----------
    X : (N, d) inputs without labels.
    widths : units of the layers.
    activation, rng, **options : as for :func:`train_autoencoder`.
    """
    require(len(widths) >= 1, "greedy: widths is {}, expected at least one layer", list(widths))
    trained, H = [], X
    for units in widths:
        trained.append(train_autoencoder(H, units, activation, rng=rng, **options))
        H = predict(trained[-1].encoder, H)
    return trained


def with_head(autoencoders: Sequence[Autoencoder], classes: int, *, rng: np.random.Generator,
              init: str | Callable = "he_normal") -> nn.Sequential:  # fmt: skip
    """Copies of the encoders, one on the other, under a fresh linear head: a network to be fine-tuned."""
    encoders = [copy.deepcopy(layer) for model in autoencoders for layer in model.encoder.layers]
    head = nn.Linear(autoencoders[-1].decoder.in_features, classes, rng=rng, init=init,
                     dtype=encoders[0].weight.dtype.type)  # fmt: skip
    return nn.Sequential(*encoders, head)
