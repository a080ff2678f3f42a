r"""Style transfer: the features of one image, the Gram matrices of another (Gatys, Ecker and Bethge, 2016)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, no_grad
from derived.topics.image_ascent import minimize_images

__all__ = ["StyleTransfer", "features_at", "gram"]


def features_at(model: nn.Sequential, images: Tensor | np.ndarray, layers: Sequence[int]) -> list[Tensor]:
    """What the layers with the given numbers put out, in one pass that ends at the last of them."""
    found, x = {}, images
    for number, layer in enumerate(model.layers[: max(layers) + 1]):
        x = layer(x)
        found[number] = x
    return [found[number] for number in layers]


def gram(maps: Tensor | np.ndarray) -> Tensor:
    r"""Gram matrices :math:`G=VV^\top`, (N, C, H, W) to (N, C, C); row c of V (C, HW) is map c.

    Entry :math:`G_{cd}=\sum_pV_{cp}V_{dp}`: how strongly two channels answer at the same places.
    """
    require(maps.ndim == 4, "gram: maps has shape {}, expected (N, C, H, W)", maps.shape)
    V = ops.reshape(maps, (*maps.shape[:2], -1))
    return ops.matmul(V, ops.transpose(V, 1, 2))


class StyleTransfer:
    r"""The objective :math:`\alpha L_{\text{content}}+\beta L_{\text{style}}` for one pair of images.

    .. math:: L_{\text{content}}=\frac{\|V-P\|_F^2}{\|P\|_F^2},\qquad
       L_{\text{style}}=\sum_l\frac{w_l}{4C_l^2M_l^2}\|G_l-A_l\|_F^2

    with V and G of the generated image, P of the content, A of the style, and with
    :math:`w_l=4C_l^2M_l^2/(S\|A_l\|_F^2)`, which makes each of the S layers count by its relative error.

    Parameters
    ----------
    model : network whose first layers give the features; its weights are not changed.
    content, style : (1, C, H, W) arrays of one size.
    content_layer, style_layers : numbers of layers.
    """

    def __init__(self, model: nn.Sequential, content: np.ndarray, style: np.ndarray, *, content_layer: int,
                 style_layers: Sequence[int]) -> None:  # fmt: skip
        require(content.shape == style.shape and len(content) == 1,
                "StyleTransfer: content has shape {}, style {}, expected the same (1, C, H, W)",
                content.shape, style.shape)  # fmt: skip
        self.model, self.layers = model, [content_layer, *style_layers]
        with no_grad():
            self.P = features_at(model, content, self.layers)[0].data
            self.A = [gram(maps).data for maps in features_at(model, style, self.layers)[1:]]

    def content_and_style(self, images: Tensor | np.ndarray) -> tuple[Tensor, Tensor]:
        """Both losses of each image, two tensors (N,)."""
        content, *styles = features_at(self.model, images, self.layers)
        rows = lambda x: ops.reshape(x * x, (len(x.data), -1)).sum(dim=1)  # noqa: E731
        first = rows(content - self.P) * float(1 / np.sum(self.P**2))
        terms = [rows(gram(maps) - A) * float(1 / (len(self.A) * np.sum(A**2)))
                 for maps, A in zip(styles, self.A, strict=True)]  # fmt: skip
        return first, sum(terms[1:], terms[0])

    def run(self, start: np.ndarray, steps: int, lr: float = 0.1, *, alpha: float = 1.0,
            beta: float | np.ndarray = 1.0) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Adam from a batch of start images; ``beta`` may be an array, one for each.

        Returns
        -------
        images : as ``start``.
        values : (2, N) content and style losses at the end, divided by those at the start.
        """
        weight = np.broadcast_to(np.asarray(beta, start.dtype), (len(start),))

        def losses(images: Tensor) -> Tensor:
            content, style = self.content_and_style(images)
            return content * alpha + style * weight

        images, _ = minimize_images(losses, start, steps, lr)
        with no_grad():
            ratio = [after.data / before.data for after, before in zip(
                self.content_and_style(images), self.content_and_style(start), strict=True)]  # fmt: skip
        return images, np.array(ratio)
