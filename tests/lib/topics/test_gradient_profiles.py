"""Gradients along a network beside PyTorch's, the map of cosines beside simulation, and what the starts promise."""

import numpy as np
import pytest
import torch

from derived.topics.deep_stacks import build
from derived.topics.gradient_profiles import cosines, gradient_profile, relu_cosine, score_gradient_cosines


def data():
    rng = np.random.default_rng(0)
    return rng.random((9, 64)), np.arange(9) % 3


def test_profile_beside_torch():
    X, y = data()
    net = build("plain", 6, [2], classes=3, dtype=np.float64)
    x, kept = torch.tensor(X), []
    for l, W in enumerate(net.weights):
        x = x @ torch.tensor(W.data[0], requires_grad=True)
        x = torch.relu(x) if l < 5 else x
        x.retain_grad()
        kept.append(x)
    torch.nn.functional.cross_entropy(x, torch.tensor(y)).backward()
    theirs = [k.grad.norm().item() for k in kept[:-1]]
    assert np.allclose(gradient_profile("none", 6, X, y, [1, 2])[1], theirs)


def test_shapes_and_the_identity_start():
    X, y = data()
    assert gradient_profile("concatenate", 7, X, y, [0, 1]).shape == (2, 6)
    profile = gradient_profile("add", 12, X, y, [0, 1, 2])
    assert profile.shape == (3, 6) and np.allclose(profile, profile[:, :1])
    vanished = gradient_profile("none", 12, X, y, [0], kind="default")[0]
    assert vanished[0] < 1e-2 * vanished[-1]


def test_connection_refused():
    with pytest.raises(ValueError, match="connection"):
        gradient_profile("sum", 4, *data(), [0])


def test_cosines():
    X = data()[0]
    net = build("residual", 8, [0, 1], dtype=np.float64)
    found = cosines(net, X)
    assert found.shape == (2, 4) and np.allclose(found, found[:, :1])
    rng = np.random.default_rng(1)
    for rho in (-0.9, -0.3, 0.0, 0.5, 0.95):
        u = rng.standard_normal(400_000)
        v = rho * u + np.sqrt(1 - rho**2) * rng.standard_normal(400_000)
        assert abs(2 * np.mean(np.maximum(u, 0) * np.maximum(v, 0)) - relu_cosine(rho)) < 0.01
    assert relu_cosine(1.0) == 1 and abs(relu_cosine(-1.0)) < 1e-15


def test_score_gradients_beside_torch():
    X = data()[0][:3]
    net = build("plain", 6, [1, 2], dtype=np.float64)
    first, *rest = (torch.tensor(W.data[1]) for W in net.weights)
    rows = []
    for x in torch.relu(torch.tensor(X) @ first):
        h = x = x.requires_grad_()
        for W in rest[:-1]:
            h = torch.relu(h @ W)
        rows.append(torch.autograd.grad((h @ rest[-1])[0], x)[0])
    cosine = torch.nn.functional.cosine_similarity
    theirs = np.mean([cosine(rows[i], rows[j], dim=0).item() for i, j in ((0, 1), (0, 2), (1, 2))])
    assert np.isclose(score_gradient_cosines(net, X)[1], theirs)
    assert np.allclose(score_gradient_cosines(build("residual", 6, [0], dtype=np.float64), X), 1)
