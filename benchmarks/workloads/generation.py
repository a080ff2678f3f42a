"""Cached generation: the model of ``gpt.py`` continues one prompt, the likeliest token at each place."""

import numpy as np
import torch

from benchmarks.timing import Pair
from benchmarks.torch_gpt import twin
from derived.topics.gpt import GPT

PROMPT, NEW = 16, 112


def build() -> Pair:
    """112 tokens after 16, one at a time; both must choose the same."""
    rng = np.random.default_rng(0)
    model = GPT(92, 128, 4, 2, rng=rng)
    for p in model.parameters():
        p.data = p.data + 0.1 * rng.standard_normal(p.shape, dtype=np.float32)  # or it would repeat one token
    their_model = twin(model, PROMPT + NEW).eval()
    prompt = rng.integers(0, 92, (1, PROMPT))
    their_prompt = torch.tensor(prompt)

    def ours():
        return model.generate(prompt, NEW, temperature=0, rng=rng, progress=False)

    def theirs():
        return their_model.generate(their_prompt, NEW)

    def values():
        tokens = ours()
        assert len(set(tokens[0].tolist())) > NEW / 4, "a text that repeats itself would agree too easily"
        return {"tokens": (tokens, theirs().numpy())}

    return Pair("GPT, cached generation, one text", ours, theirs, 0.95, values, tolerance=0.0, tokens=NEW)
