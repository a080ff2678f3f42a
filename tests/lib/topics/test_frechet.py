"""The Fréchet distance beside scipy's matrix root, and the report on conditional digits."""

import numpy as np
import pytest
from beside_torch import close, rng
from scipy.linalg import sqrtm

from derived import nn
from derived.topics.conditional_digits import conditional_report
from derived.topics.frechet import frechet_distance


@pytest.mark.parametrize("d", [1, 4])
def test_beside_scipy(d):
    A, B = rng().standard_normal((30, d)), 0.5 + rng(1).standard_normal((40, d)) @ rng(2).standard_normal((d, d))
    C, D = np.atleast_2d(np.cov(A.T)), np.atleast_2d(np.cov(B.T))
    wanted = np.sum((A.mean(0) - B.mean(0)) ** 2) + np.trace(C + D - 2 * np.real(sqrtm(C @ D)))
    close(frechet_distance(A, B), wanted, 1e-7)
    close(frechet_distance(A, A), 0.0, 1e-7)
    close(frechet_distance(A, A + 2), 4.0 * d, 1e-7)
    assert abs(frechet_distance(A, B) - np.sum((A.mean(0) - B.mean(0)) ** 2)) > 1e-3


def test_refused():
    with pytest.raises(ValueError, match="A has shape"):
        frechet_distance(np.ones((1, 2)), np.ones((5, 2)))
    with pytest.raises(ValueError, match="labels"):
        conditional_report(None, np.ones((3, 64)), np.ones(2), np.ones((4, 64)))


def test_report():
    judge = nn.MLP([64, 8, 10], rng=rng())
    train = rng().random((30, 64)).astype(np.float32)
    labels = judge(train).data.argmax(axis=1)
    report = conditional_report(judge, train, labels, train)
    assert report.accuracy == 1 and report.distance < 1e-3 and report.frechet < 1e-3
    assert conditional_report(judge, train, (labels + 1) % 10, train).accuracy == 0
    wanted = np.mean([train[labels == k].std(axis=0).mean() for k in np.unique(labels)])
    close(report.diversity, wanted, 1e-5)
