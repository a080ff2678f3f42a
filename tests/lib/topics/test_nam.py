"""Exp-centred units against torch, additive models against one torch network a feature."""

import numpy as np
import pytest
import torch

from derived import ops, optim
from derived.check import gradcheck
from derived.topics.gam import mixed_difference
from derived.topics.nam import NAM, exu, train, train_each


@pytest.mark.parametrize("shapes", [((1, 1, 1), (1, 1, 1)), ((3, 5, 1), (3, 1, 4)), ((1, 5, 1), (2, 1, 1))])
def test_exu_and_its_gradients(shapes):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=shapes[0]), rng.normal(size=shapes[1]), rng.normal(size=shapes[1])
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    expected = torch.clamp((theirs[0] - theirs[2]) * torch.exp(theirs[1]), 0, 1)
    value, *pulls = exu.rule(x, w, b)
    np.testing.assert_allclose(value, expected.detach(), atol=1e-12)
    g = rng.normal(size=value.shape)
    expected.backward(torch.tensor(g))
    for pull, t in zip(pulls, theirs, strict=True):
        np.testing.assert_allclose(pull(g), t.grad, atol=1e-10)


def test_a_wrong_slope_of_exu_is_noticed():
    def wrong(x, w, b):
        value, pull_x, pull_w, pull_b = exu.rule(x, w, b)
        return value, pull_x, lambda g: pull_w(g) / np.exp(w), pull_b  # as if the weight were e^w

    x, b = np.linspace(0.1, 0.4, 6), np.zeros(6)
    assert gradcheck(exu, x, np.full(6, 0.5), b, rng=np.random.default_rng(0)) < 1e-6
    assert gradcheck(wrong, x, np.full(6, 0.5), b, rng=np.random.default_rng(0)) > 0.1


def one_network_a_feature(model, X):
    """The same sum with loops over features and torch's layers."""
    total, columns = float(model.intercept.data[0]), []
    for j in range(X.shape[1]):
        w, b = (torch.tensor(p.data[j]) for p in model.first)
        x = torch.tensor(X[:, j : j + 1])
        a = torch.clamp((x - b) * torch.exp(w), 0, 1) if model.unit == "exu" else torch.relu((x - b) * w)
        for W, c in zip(model.weights[:-1], model.biases, strict=True):
            a = torch.relu(torch.nn.functional.linear(a, torch.tensor(W.data[j]).T, torch.tensor(c.data[j, 0])))
        columns.append((a @ torch.tensor(model.weights[-1].data[j]))[:, 0].numpy() - model.shift[j])
    return total + sum(columns), np.stack(columns, axis=1)


@pytest.mark.parametrize(("unit", "hidden", "d"), [("exu", (1,), 1), ("relu", (5,), 3), ("exu", (4, 3), 2)])
def test_nam_is_a_sum_of_small_networks(unit, hidden, d):
    rng = np.random.default_rng(d)
    model, X = NAM(d, hidden, unit, rng=rng, dtype=np.float64), rng.normal(size=(7, d))
    for p in model.parameters():
        p.data = rng.normal(size=p.shape)
    before = model(X).data
    np.testing.assert_allclose(before, one_network_a_feature(model, X)[0], atol=1e-12)
    model.centre(X)
    total, columns = one_network_a_feature(model, X)
    np.testing.assert_allclose(model(X).data, before, atol=1e-12)
    np.testing.assert_allclose(model.shapes(X).data, columns, atol=1e-12)
    np.testing.assert_allclose(columns.mean(axis=0), 0, atol=1e-12)
    if d > 1:
        np.testing.assert_allclose(mixed_difference(lambda x: model(x).data, X, 0, 1, 0.4, 1.3), 0, atol=1e-12)


def test_training_finds_a_planted_function():
    rng = np.random.default_rng(0)
    X = rng.uniform(-2, 2, (300, 2)).astype(np.float32)
    y = np.abs(X[:, 0]) - X[:, 1]
    model = train(NAM(2, (16,), "relu", rng=rng), X, y, steps=200)
    assert np.mean((model(X).data - y) ** 2) < 0.01 * y.var() and model(X).dtype == np.float32
    labels = (y > 0).astype(np.float32)
    model = train(NAM(2, (8,), "exu", rng=rng), X, labels, steps=100, loss=ops.binary_cross_entropy_with_logits)
    assert np.mean((model(X).data > 0) == labels) > 0.9


def test_bad_input():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="NAM: features is 0"):
        NAM(0, rng=rng)
    with pytest.raises(ValueError, match="did you mean 'exu'"):
        NAM(2, unit="ex", rng=rng)
    with pytest.raises(ValueError, match="NAM: x has shape"):
        NAM(2, rng=rng)(np.ones((3, 1)))


@pytest.mark.parametrize(("hidden", "unit", "own"), [((6,), "exu", True), ((4, 3), "relu", False)])
def test_models_side_by_side_are_those_trained_alone(hidden, unit, own):
    rng = np.random.default_rng(5)
    X, y = rng.uniform(-2, 2, (3, 30, 2)), rng.standard_normal((3, 30))
    build = lambda r: NAM(2, hidden, unit, rng=np.random.default_rng(r), dtype=np.float64)
    options = {"steps": 12, "lr": 0.05, "decay": 0.3}
    ours = train_each([build(r) for r in range(3)], X if own else X[0], y if own else y[0], **options)
    for r, model in enumerate(ours):
        alone, inputs, labels = build(r), X[r * own], y[r * own]
        optimizer = optim.AdamW(alone.parameters(), weight_decay=0.3)
        for step in range(12):
            optimizer.lr = 0.025 * (1 + np.cos(np.pi * step / 12))
            optimizer.zero_grad()
            ops.mse_loss(alone.intercept + alone.shapes(inputs).sum(dim=1), labels).backward()
            optimizer.step()
        np.testing.assert_allclose(train(build(r), inputs, labels, **options)(X[1]).data, alone(X[1]).data, atol=1e-9)
        alone.centre(inputs)
        np.testing.assert_allclose(model.shapes(X[1]).data, alone.shapes(X[1]).data, atol=1e-9)
        np.testing.assert_allclose(model(X[1]).data, alone(X[1]).data, atol=1e-9)
