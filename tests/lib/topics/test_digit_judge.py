"""The judge knows real digits; its report agrees with SciPy, torch and with what is known of copies and of noise."""

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import cdist

from derived.data import load_digits_split
from derived.topics.digit_judge import digit_judge, judge_report
from derived.training import accuracy, predict


@pytest.fixture(scope="module")
def judged():
    return digit_judge(rng=np.random.default_rng(0)), load_digits_split()


def test_it_knows_the_test_images(judged):
    judge, (_, X_test, _, y_test) = judged
    assert accuracy(judge, X_test, y_test) > 0.95


def test_the_report_on_real_images(judged):
    judge, (X, X_test, _, y_test) = judged
    report = judge_report(judge, X_test, X)
    p = torch.softmax(torch.tensor(predict(judge, X_test)), dim=1).numpy()
    shares = np.array([(p.argmax(1) == k).mean() for k in range(10)])
    np.testing.assert_allclose(report.shares, shares)
    assert report.entropy == pytest.approx(stats.entropy(shares))
    assert report.confidence > 0.9 and report.confidence == pytest.approx(p.max(1).mean(), rel=1e-5)
    assert report.distance == pytest.approx(cdist(X_test, X).min(axis=1).mean(), rel=1e-6)
    np.testing.assert_allclose(report.shares, np.bincount(y_test) / len(y_test), atol=0.03)


def test_copies_collapse_and_noise_are_told_apart(judged):
    judge, (X, _, y, _) = judged
    copies, collapsed = judge_report(judge, X[:200], X), judge_report(judge, X[y == 3][:1].repeat(50, 0), X)
    noise = judge_report(judge, np.random.default_rng(0).random((200, 64)), X)
    assert copies.distance < 1e-6 < 1 < noise.distance
    assert collapsed.entropy == 0 and collapsed.shares[3] == 1 and copies.entropy > 2.2
    assert judge_report(judge, X[:1], X[1:2]).distance == pytest.approx(np.linalg.norm(X[0] - X[1]), rel=1e-6)


@pytest.mark.parametrize("shape", [(64,), (3, 8, 8), (0, 64), (3, 10)])
def test_bad_shapes(judged, shape):
    with pytest.raises(ValueError, match="judge_report: samples has shape"):
        judge_report(judged[0], np.zeros(shape), judged[1][0])


def test_bad_pixels(judged):
    with pytest.raises(ValueError, match="samples has nan"):
        judge_report(judged[0], np.full((2, 64), np.nan), judged[1][0])
