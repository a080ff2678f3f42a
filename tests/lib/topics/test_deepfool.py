"""Steps are the shortest that SciPy finds, on linear scores the nearest of all boundaries; predictions change."""

import numpy as np
import pytest

from derived import nn
from derived.parity.adversaries import shortest_change
from derived.topics.adversarial_training import strided_cnn
from derived.topics.deepfool import deepfool, linear_step, nearest_class, robustness
from derived.topics.norms import dual_exponent


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, np.inf])
@pytest.mark.parametrize("d", [1, 4])
def test_step_reaches_the_boundary_by_the_shortest_way(p, d):
    rng = np.random.default_rng(d)
    w, gap = rng.normal(size=(3, d)), rng.uniform(0.5, 2, 3)
    r = linear_step(gap, w, p)
    np.testing.assert_allclose(np.sum(w * r, axis=1), gap, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(r, p, axis=1), gap / np.linalg.norm(w, dual_exponent(p), axis=1))
    if p in (1.5, 2, 3):
        for k in range(3):
            np.testing.assert_allclose(r[k], shortest_change(w[k], gap[k], p), atol=1e-4)
    with pytest.raises(ValueError, match="w is zero"):
        linear_step(gap, 0 * w, p)


@pytest.mark.parametrize("p", [1, 2, np.inf])
def test_linear_scores_take_one_step_to_the_nearest_boundary(p):
    rng = np.random.default_rng(3)
    model = nn.Sequential(nn.Linear(5, 4, rng=rng, dtype=np.float64))
    W, x = model[0].weight.data, rng.normal(size=(30, 5))
    s = model(x).data
    y = s.argmax(axis=1)
    brute = []
    for k in range(30):
        others = [j for j in range(4) if j != y[k]]
        brute.append(min((s[k, y[k]] - s[k, j]) / np.linalg.norm(W[j] - W[y[k]], dual_exponent(p)) for j in others))
    found = deepfool(model, x, p=p)
    assert found.done.all() and (found.steps == 1).all()
    np.testing.assert_allclose(np.linalg.norm(found.perturbations, p, axis=1), 1.02 * np.array(brute))
    assert np.all(model(x + found.perturbations).data.argmax(axis=1) != y)
    j, distance = nearest_class(s, np.broadcast_to(W, (30, 4, 5)), y, p)
    np.testing.assert_allclose(distance, brute)
    assert np.all(j != y)


@pytest.mark.parametrize("p", [2, np.inf])
def test_network(p):
    rng = np.random.default_rng(4)
    model, x = strided_cnn(rng=rng), rng.random((6, 1, 8, 8)).astype(np.float32)
    before = model(x).data.argmax(axis=1)
    found = deepfool(model, x, p=p)
    assert found.done.all() and found.perturbations.dtype == np.float32
    assert np.all(model(x + found.perturbations).data.argmax(axis=1) != before)
    lengths = [np.linalg.norm(r) / np.linalg.norm(i) for r, i in zip(found.perturbations, x, strict=True)]
    assert np.isclose(robustness(x, found.perturbations), np.mean(lengths))
    assert not deepfool(model, x, p=p, steps=0).done.any()
