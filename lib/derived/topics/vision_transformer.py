"""A transformer for small images: patches or rows of pixels are its tokens."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["VisionTransformer", "patches"]


def patches(images: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Images (N, H, W) cut into patches, as sequences (N, L, h w) row by row, L = (H / h) (W / w).

    ``shape`` (h, w); (1, W) gives the rows of pixels.

    Raises
    ------
    ValueError
        if the patches do not tile the images.
    """
    (h, w), (N, H, W) = shape, images.shape
    require(H % h == 0 and W % w == 0, "patches: images are {} by {}, expected multiples of {}", H, W, shape)
    tiles = images.reshape(N, H // h, h, W // w, w).transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(tiles.reshape(N, -1, h * w))


class VisionTransformer(nn.Module):
    """Linear map of the patches, learnt positions, encoder blocks, the mean over the tokens, logits.

    Parameters
    ----------
    length, features : number of tokens and of pixels in each.
    classes : number of logits.
    d_model, nhead, layers : of the blocks, which normalise first and have 2 d_model hidden units.
    positions : False leaves the positions out.
    rng : source of the initial weights and dropout masks.
    dropout : in the blocks.

    Notes
    -----
    A. Dosovitskiy et al., ICLR 2021, who use a class token in place of the mean.
    """

    def __init__(self, length: int, features: int, classes: int = 10, d_model: int = 32, nhead: int = 4,
                 layers: int = 1, *, positions: bool = True, dropout: float = 0.0,
                 rng: np.random.Generator) -> None:  # fmt: skip
        self.patch = nn.Linear(features, d_model, rng=rng)
        place = 0.02 * rng.standard_normal((length, d_model)).astype(np.float32)
        self.place = nn.Parameter(place) if positions else None
        self.layers = [nn.TransformerEncoderLayer(d_model, nhead, 2 * d_model, dropout, norm_first=True, rng=rng)
                       for _ in range(layers)]  # fmt: skip
        self.norm, self.head = nn.LayerNorm(d_model), nn.Linear(d_model, classes, rng=rng)

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Sequences (N, L, features) to logits (N, classes)."""
        x = self.patch(x)
        if self.place is not None:
            x = x + self.place
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x).mean(dim=1))
