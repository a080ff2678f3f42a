"""The references of the checkers against SciPy and the library."""

import numpy as np

from derived.exercises import adversarial as ex
from derived.parity.adversaries import worst_logistic
from derived.topics.deepfool import linear_step, nearest_class
from derived.topics.norms import dual_norm_maximizer
from derived.topics.projections import project_ball


def test_worst_change():
    assert ex.worst_change(lambda w, y, eps, p: -y * eps * dual_norm_maximizer(w, p))


def test_projection():
    assert ex.project_1(lambda z, radius: project_ball(z[None], radius, 1)[0])


def test_deepfool_step():
    def step(scores, gradients):
        y = scores.argmax(keepdims=True)
        j, _ = nearest_class(scores[None], gradients[None], y, 2)
        return linear_step(scores[y] - scores[j], gradients[j] - gradients[y], 2)[0]

    assert ex.deepfool_step(step)


def test_robust_loss_by_search():
    for w, b, X, y, eps, p in ex.robust_loss.cases():
        worst = [worst_logistic(w, b, x, label, eps, p) for x, label in zip(X, y, strict=True)]
        assert abs(ex.robust_loss.reference(w, b, X, y, eps, p) - np.mean(worst)) < 1e-4
