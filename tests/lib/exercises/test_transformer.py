"""The references of the checkers against the library, PyTorch and plain loops."""

import numpy as np
import torch

from derived import ops
from derived.exercises import transformer as ex
from derived.topics.positional import sinusoidal


def test_sinusoidal_is_the_librarys():
    assert ex.sinusoidal(sinusoidal)


def test_rotary_is_the_librarys_and_torchs():
    assert ex.rotary(lambda x, positions, base: ops.rotary(x, positions, base).data)

    def complex_product(x, positions, base):
        z = torch.view_as_complex(torch.tensor(x).reshape(len(x), -1, 2))
        angles = torch.tensor(positions)[:, None] * base ** (-torch.arange(0, x.shape[1], 2).double() / x.shape[1])
        return torch.view_as_real(z * torch.polar(torch.ones_like(angles), angles)).flatten(1).numpy()

    assert ex.rotary(complex_product)


def test_cached_mask_is_the_end_of_the_whole_mask():
    assert ex.cached_mask(lambda new, cached: ops.causal_mask(cached + new)[cached:])
    assert ex.cached_mask(lambda new, cached: np.tri(new, cached + new, cached, dtype=bool))
