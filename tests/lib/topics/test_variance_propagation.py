"""Sizes in one network against PyTorch, predictions against SciPy's integrals and against many random networks."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from derived import nn
from derived.initialization import he_normal, normal
from derived.parity import torch_twin
from derived.topics import variance_propagation as vp

ACTIVATIONS = ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "selu")


def by_torch(model, X, G):
    """The three mean squares, one example at a time."""
    twin, a, delta, weight = torch_twin(model), [], [], []
    for x, g in zip(X, G, strict=True):
        A, Z, h = [torch.tensor(x)], [], torch.tensor(x)
        for module in twin:
            h = module(h)
            if isinstance(module, torch.nn.Linear):
                Z.append(h)
                h.retain_grad()
            else:
                A.append(h)
        twin.zero_grad()
        (h @ torch.tensor(g)).backward()
        a.append([(v**2).mean().item() for v in [*A, h]])
        delta.append([(z.grad**2).mean().item() for z in Z])
        weight.append([(m.weight.grad**2).sum().item() for m in twin if isinstance(m, torch.nn.Linear)])
    return (np.mean(values, axis=0) for values in (a, delta, weight))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", [[1, 1], [3, 1, 2], [4, 5, 2, 3]])
def test_measure_is_torchs(activation, widths):
    rng = np.random.default_rng(len(widths))
    model = nn.MLP(widths, activation, rng=rng, dtype=np.float64)
    X, G = rng.standard_normal((6, widths[0])), rng.standard_normal((6, widths[-1]))
    found = vp.measure(model, X, G)
    for ours, theirs in zip((found.a, found.delta, found.weight), by_torch(model, X, G), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("widths", [[1, 1], [3, 5, 1], [2, 4, 3, 2]])
@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
def test_sample_measures_new_networks_side_by_side(widths, activation):
    rng = np.random.default_rng(7)
    X, G = rng.standard_normal((4, widths[0])), rng.standard_normal((4, widths[-1]))
    found = vp.sample(3, widths, activation, init=he_normal, X=X, G=G, rng=np.random.default_rng(0))
    assert found.a.shape == (3, len(widths)) and found.delta.shape == found.weight.shape == (3, len(widths) - 1)
    local = np.random.default_rng(0)
    for r in range(3):
        alone = vp.measure(nn.MLP(widths, activation, rng=local, init=he_normal, dtype=np.float64), X, G)
        for name in ("a", "delta", "weight"):
            np.testing.assert_allclose(getattr(found, name)[r], getattr(alone, name), rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("s", [0.01, 1.0, 30.0])
def test_moments_against_scipy(activation, s):
    def phi(g):
        z = torch.tensor(np.sqrt(s) * g, requires_grad=True)
        value = z if activation == "identity" else getattr(torch.nn.functional, activation)(z)
        value.backward()
        return value.item(), z.grad.item()

    for k, ours in enumerate(vp.gaussian_moments(activation, s)):
        f = lambda g, k=k: phi(g)[k] ** 2 * np.exp(-g * g / 2) / np.sqrt(2 * np.pi)
        theirs = sum(quad(f, *side, limit=200, epsabs=1e-11)[0] for side in ((-10, 0), (0, 10)))
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_prediction_is_the_mean_for_relu_and_linear_networks():
    widths, rng = [3, 6, 4, 5, 2], np.random.default_rng(1)
    x, g = np.array([[0.5, -2.0, 1.0]]), np.array([[1.0, 3.0]])
    for activation in ("relu", "identity"):
        found = vp.sample(3000, widths, activation, init=normal(0.6), X=x, G=g, rng=rng)
        said = vp.predict(activation, widths, [0.36] * 4, np.mean(x**2), np.mean(g**2))
        shifted = vp.predict(activation, widths, [0.40] * 4, np.mean(x**2), np.mean(g**2))
        for name in ("a", "delta", "weight"):
            samples, expected = getattr(found, name), getattr(said, name)
            error = samples.std(axis=0) / np.sqrt(3000) + 1e-12
            lived = 0.97 if name == "delta" and activation == "relu" else 1.0  # dead layers: at most 3 % of networks
            assert (np.abs(samples.mean(axis=0) - expected) <= 4 * error + (1 - lived) * expected).all()
        off = np.abs(found.weight.mean(axis=0) - shifted.weight) / (found.weight.std(axis=0) / np.sqrt(3000))
        assert off.max() > 4  # eleven per cent more variance would be seen


def test_prediction_in_wide_layers():
    rng, n = np.random.default_rng(2), 300
    X, G = rng.standard_normal((20, n)), rng.standard_normal((20, n))
    for activation in ("tanh", "sigmoid", "selu"):
        found = vp.sample(3, [n] * 9, activation, init=normal(1.4 / np.sqrt(n)), X=X, G=G, rng=rng)
        said = vp.predict(activation, [n] * 9, [1.96 / n] * 8)
        np.testing.assert_allclose(found.a.mean(axis=0), said.a, rtol=0.1)
        np.testing.assert_allclose(found.delta.mean(axis=0), said.delta, rtol=0.2)


def test_one_layer():
    said = vp.predict("relu", [4, 3], [0.5], q0=2.0, d_out=3.0)
    np.testing.assert_allclose(said.a, [2.0, 4.0])
    np.testing.assert_allclose(said.delta, [3.0])
    np.testing.assert_allclose(said.weight, [4 * 2.0 * 3 * 3.0])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.5])
def test_saturation(activation, share):
    c = vp.saturation_point(activation, share)
    z = torch.tensor([0.0, c, -c], dtype=torch.float64, requires_grad=True)
    getattr(torch, activation)(z).sum().backward()
    np.testing.assert_allclose(z.grad[1:] / z.grad[0], share, rtol=1e-12)
    draws = 1.7 * np.random.default_rng(0).standard_normal(200_000)
    assert vp.saturated_share(activation, 1.7**2, share) == pytest.approx(np.mean(np.abs(draws) > c), abs=5e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: vp.gaussian_moments("tanhh", 1.0), "did you mean 'tanh'"),
        (lambda: vp.gaussian_moments("tanh", -1.0), "s is -1.0, expected a number >= 0"),
        (lambda: vp.predict("relu", [2, 3], [1.0, 1.0]), "2 widths and 2 variances, expected one width more"),
        (lambda: vp.saturation_point("relu"), "activation is 'relu'"),
        (lambda: vp.saturation_point("tanh", 1.0), "share is 1.0, expected a number between 0 and 1"),
        (lambda: vp.sample(0, [1, 1], init=he_normal, X=np.ones((1, 1)), G=np.ones((1, 1)),
                           rng=np.random.default_rng(0)), "count is 0"),
        (lambda: vp.measure(nn.MLP([2, 3], rng=np.random.default_rng(0)), np.ones((1, 2)), np.ones((1, 2))),
         r"G has shape \(1, 2\), expected \(1, 3\)"),
    ],
)  # fmt: skip
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
