"""Evaluation: scikit-learn's accuracy, no gradients, the model as it was."""

import re

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from derived import nn, ops
from derived.tensor import Tensor
from derived.training import accuracy, evaluate, predict

RNG = np.random.default_rng(0)
SCORES, LABELS = RNG.standard_normal((50, 4)), RNG.integers(4, size=50)


def test_accuracy_is_sklearns():
    expected = accuracy_score(LABELS, SCORES.argmax(axis=1))
    assert accuracy(SCORES, LABELS) == pytest.approx(expected, abs=1e-15)
    assert accuracy(Tensor(SCORES), LABELS) == accuracy(SCORES, LABELS)
    assert accuracy(SCORES.argmax(axis=1), LABELS) == accuracy(SCORES, LABELS)
    assert isinstance(accuracy(SCORES, LABELS), float)


def test_accuracy_of_one_score_an_example():
    scores, y = SCORES[:, 0], LABELS % 2
    expected = accuracy_score(y, scores > 0)
    for s in (scores, scores[:, None]):
        for labels in (y, y[:, None], 2 * y - 1, y.astype(np.float32)):
            assert accuracy(s, labels) == pytest.approx(expected, abs=1e-15)
    assert accuracy(1 / (1 + np.exp(-scores)), y, threshold=0.5) == pytest.approx(expected, abs=1e-15)
    assert accuracy([0.0, -1e-9], [1, 0]) == 1.0


def test_accuracy_of_a_model():
    model = nn.Linear(4, 4, rng=RNG, dtype=np.float64)
    model.weight.data[...], model.bias.data[...] = np.eye(4), 0
    assert accuracy(model, SCORES, LABELS) == accuracy(SCORES, LABELS)


def test_evaluate_gives_sklearns_log_loss_and_the_metrics():
    model = nn.Identity()
    values = evaluate(model, SCORES, LABELS, ops.cross_entropy, {"accuracy": accuracy})
    p = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
    assert list(values) == ["loss", "accuracy"]
    assert values["loss"] == pytest.approx(log_loss(LABELS, p, labels=range(4)), rel=1e-12)
    assert values["accuracy"] == accuracy(SCORES, LABELS)
    assert list(evaluate(model, SCORES, LABELS, ops.cross_entropy)) == ["loss"]


class Spy(nn.Module):
    """A model that reports its mode and how many rows came."""

    def __init__(self):
        self.inner = nn.Linear(4, 2, rng=RNG)
        self.seen = []

    def forward(self, x):
        out = self.inner(x)
        self.seen.append((self.training, self.inner.training, out.requires_grad, len(x)))
        return out


def test_predict_in_pieces_without_gradients_and_in_evaluation_mode():
    model, X = Spy(), SCORES.astype(np.float32)
    model.inner.eval()  # frozen on purpose: must be found like this again
    whole, pieces = predict(model, X), predict(model, X, batch_size=20)
    assert [row[3] for row in model.seen] == [50, 20, 20, 10]
    assert all(row[:3] == (False, False, False) for row in model.seen)
    assert model.training and not model.inner.training
    assert pieces.shape == (50, 2) and np.allclose(whole, pieces, atol=1e-6)
    assert model(X).requires_grad


def test_the_mode_comes_back_after_an_error():
    model = nn.Sequential(nn.Linear(3, 2, rng=RNG))
    with pytest.raises(ValueError, match="linear"):
        predict(model, SCORES)
    assert model.training and model[0].training


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: accuracy(SCORES, LABELS[:9]), "accuracy: y has shape (9,), expected one label for each of the scores"),
        (lambda: accuracy(SCORES, SCORES), "accuracy: y has shape (50, 4), expected one label"),
        (lambda: accuracy(np.empty((0, 3)), []), "accuracy: y has shape (0,), expected one label"),
        (lambda: accuracy(SCORES, LABELS + 1), "accuracy: labels has 4 at index"),
        (lambda: accuracy(SCORES[:, 0], LABELS), "accuracy: y has 0, 1, 2, 3, expected 0 and 1, or -1 and +1"),
        (lambda: accuracy([np.nan, 1.0], [0, 1]), "accuracy: scores has nan at index (0,)"),
        (lambda: accuracy(SCORES), "accuracy: expected accuracy(model, X, y) or accuracy(scores, y)"),
        (lambda: predict(nn.Identity(), SCORES[:0]), "predict: X has shape (0, 4), expected at least one example"),
        (lambda: predict(nn.Identity(), SCORES, 0), "predict: batch_size is 0, expected an integer >= 1"),
        (lambda: evaluate(nn.Identity(), SCORES, 1), "evaluate: y has shape (), expected 50 rows as in X (50, 4)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
