"""One encoder block, 128 features, 4 heads, 512 hidden units, on 16 sequences of 64 tokens: forward and backward."""

import numpy as np

from benchmarks import products
from benchmarks.networks import module_step
from benchmarks.timing import Pair
from derived import nn
from derived.parity import block_twin


def build() -> Pair:
    """Gradients of the weights and of the tokens, without dropout and without an update."""
    rng = np.random.default_rng(0)
    model = nn.TransformerEncoderLayer(128, 4, 512, 0.0, norm_first=True, rng=rng)
    x, g = rng.standard_normal((2, 16, 64, 128), dtype=np.float32)
    return module_step("transformer block, 16 x 64 tokens", model, block_twin(model).train(), x, g, 0.95,
                       products.transformer_block(16, 64, 128, 4, 512))  # fmt: skip
