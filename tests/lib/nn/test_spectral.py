"""Spectral normalisation against PyTorch's: values, vectors, gradients, evaluation mode."""

import numpy as np
import pytest
import torch
from torch.nn.utils.parametrizations import spectral_norm as torch_spectral_norm

from derived import nn
from derived.nn.spectral import SpectralNorm, spectral_norm


def pair(layer, twin, rng, **options):
    """Ours and PyTorch's with the same weights and the same u and v."""
    twin = twin.double()
    with torch.no_grad():
        for p, q in zip(twin.parameters(), layer.parameters(), strict=True):
            p.copy_(torch.tensor(q.data))
    ours, theirs = spectral_norm(layer, rng=rng, **options), torch_spectral_norm(twin, **options)
    hidden = theirs.parametrizations.weight[0]
    if ours.u is not None:
        hidden._u.copy_(torch.tensor(ours.u))
        hidden._v.copy_(torch.tensor(ours.v))
    return ours, theirs, hidden


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1), (5, 3)])
@pytest.mark.parametrize("options", [{}, {"n_power_iterations": 3}, {"dim": 1}])
def test_linear_as_in_torch(shape, options):
    rng = np.random.default_rng(sum(shape))
    layer = nn.Linear(shape[1], shape[0], rng=rng, dtype=np.float64)
    ours, theirs, hidden = pair(layer, torch.nn.Linear(shape[1], shape[0]), rng, **options)
    for training in (True, True, False):
        ours.train(training), theirs.train(training)
        x, g = rng.standard_normal((6, shape[1])), rng.standard_normal((6, shape[0]))
        ours.zero_grad(), theirs.zero_grad()
        value, reference = ours(x), theirs(torch.tensor(x))
        value.backward(g), reference.backward(torch.tensor(g))
        np.testing.assert_allclose(value.data, reference.detach(), atol=1e-12)
        np.testing.assert_allclose(ours.u, hidden._u, atol=1e-12)
        np.testing.assert_allclose(ours.v, hidden._v, atol=1e-12)
        np.testing.assert_allclose(
            ours.weight_orig.grad, theirs.parametrizations.weight.original.grad, atol=1e-11)  # fmt: skip


def test_convolution_as_in_torch():
    rng = np.random.default_rng(1)
    ours, theirs, _ = pair(nn.Conv2d(2, 3, 3, rng=rng, dtype=np.float64), torch.nn.Conv2d(2, 3, 3), rng)
    x = rng.standard_normal((2, 2, 5, 5))
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach(), atol=1e-12)


def test_the_norm_becomes_one():
    rng = np.random.default_rng(2)
    layer = nn.Linear(7, 9, rng=rng, dtype=np.float64)
    ours = SpectralNorm(layer, rng=rng)
    for _ in range(300):
        ours(np.zeros((1, 7)))
    assert np.linalg.norm(ours.weight.data, 2) == pytest.approx(1, rel=1e-9)
    assert "weight" not in vars(layer) and {"u", "v", "weight_orig", "module.bias"} == set(ours.state_dict())


def test_single_precision_and_vectors():
    rng = np.random.default_rng(3)
    ours = spectral_norm(nn.Linear(4, 3, rng=rng), rng=rng)
    assert ours(rng.random((2, 4)).astype(np.float32)).dtype == np.float32
    norm = nn.LayerNorm(4, dtype=np.float64)
    norm.weight.data[:] = [3.0, 0.0, 4.0, 0.0]
    np.testing.assert_allclose(spectral_norm(norm, rng=rng).weight.data, [0.6, 0, 0.8, 0])


def test_bad_arguments():
    rng = np.random.default_rng(4)
    with pytest.raises(ValueError, match="ReLU has no parameter weight"):
        spectral_norm(nn.ReLU(), rng=rng)
    with pytest.raises(ValueError, match="n_power_iterations is 0"):
        spectral_norm(nn.Linear(2, 2, rng=rng), n_power_iterations=0, rng=rng)
    with pytest.raises(ValueError, match="dim is 2"):
        spectral_norm(nn.Linear(2, 2, rng=rng), dim=2, rng=rng)
