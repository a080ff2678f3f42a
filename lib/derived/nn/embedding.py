"""A table of learnt vectors, one for each token."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor


class Embedding(Module):
    r"""A learnt vector for each of ``num_embeddings`` tokens: a linear layer on one-hot rows, without the zeros.

    Parameters
    ----------
    num_embeddings, embedding_dim : the number of tokens and the length of their vectors.
    padding_idx : a token whose vector is 0 at the start and never learnt, for filling up a batch; or None.
    rng : source of the initial vectors.
    std : standard deviation of their entries, 1 as in PyTorch; transformers often start at 0.02.
    dtype : of the parameter.

    Attributes
    ----------
    weight : (num_embeddings, embedding_dim) parameter.
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *,
                 rng: np.random.Generator, std: float = 1.0, dtype: type = np.float32) -> None:  # fmt: skip
        require(num_embeddings > 0 and embedding_dim > 0, "Embedding: num_embeddings is {}, embedding_dim {}, "
                "expected positive", num_embeddings, embedding_dim)  # fmt: skip
        require(padding_idx is None or 0 <= padding_idx < num_embeddings,
                "Embedding: padding_idx is {}, expected a token below {}", padding_idx, num_embeddings)  # fmt: skip
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight = Parameter((std * rng.standard_normal((num_embeddings, embedding_dim))).astype(dtype))
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    def forward(self, input: np.ndarray) -> Tensor:
        """Indices (...) to vectors (..., embedding_dim)."""
        return ops.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"
