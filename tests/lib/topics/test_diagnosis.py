"""Error rates against scikit-learn, intervals against SciPy and by exact coverage, the loop by enumeration."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score

from derived.topics.diagnosis import (
    debugging_loop,
    diagnose,
    error_interval,
    error_rate,
    planted_errors,
    planted_problem,
)


@pytest.mark.parametrize("m", [1, 2, 50])
def test_error_rate(m):
    rng = np.random.default_rng(m)
    y, predicted = rng.integers(0, 3, (2, m))
    assert error_rate(y, predicted) == pytest.approx(1 - accuracy_score(y, predicted))
    assert error_rate(y, y) == 0


@pytest.mark.parametrize("k, m", [(0, 1), (1, 1), (0, 30), (30, 30), (7, 30), (450, 9000)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_interval_is_scipys(k, m, confidence):
    theirs = binomtest(k, m).proportion_ci(confidence, "exact")
    np.testing.assert_allclose(error_interval(k, m, confidence), [theirs.low, theirs.high], atol=1e-10)


@pytest.mark.parametrize("m", [1, 5, 40])
def test_interval_covers(m):
    k, rates = np.arange(m + 1), np.linspace(0, 1, 201)
    low, high = np.array([error_interval(int(each), m) for each in k]).T
    inside = (low <= rates[:, None]) & (rates[:, None] <= high)
    assert np.sum(binom.pmf(k, m, rates[:, None]) * inside, axis=1).min() >= 0.95


def test_diagnosis_of_the_four_regimes():
    cases = {(0.30, 0.32): "high bias", (0.01, 0.25): "high variance",
             (0.30, 0.50): "high bias and high variance", (0.01, 0.03): "neither"}  # fmt: skip
    for (train, dev), name in cases.items():
        assert str(diagnose(train, dev)) == name
    assert str(diagnose(0.3, 0.32, bayes=0.28)) == "neither"
    assert str(diagnose(*np.array([0.01, 0.25]))) == "high variance"  # numbers of NumPy
    found = diagnose(0.2, 0.5, bayes=0.1, tolerance=0.2)
    assert (found.high_bias, found.high_variance) == (False, True)
    assert found.excess == pytest.approx(0.1) and found.gap == pytest.approx(0.3)


def test_the_loop_ends_whatever_the_answers_are():
    answers = [(0.5, 0.5), (0.0, 0.5), (0.0, 0.0)]
    for a, b in product(range(3), repeat=2):
        for told in product(answers, repeat=a + b + 1):
            left = iter(told)
            rounds = debugging_loop(lambda s, left=left: next(left), {"step": 0},
                                    [{"step": i + 1} for i in range(a)], [{"other": i} for i in range(b)])  # fmt: skip
            assert len(rounds) <= a + b + 1
            assert rounds[-1].remedy is None and all(r.remedy is not None for r in rounds[:-1])


def test_the_loop_cures_bias_before_variance():
    def errors(settings):
        return (0.3, 0.6) if settings["width"] < 8 else (0.0, 0.4) if settings["examples"] < 100 else (0.0, 0.02)

    start = {"width": 2, "examples": 10}
    rounds = debugging_loop(errors, start, [{"width": 4}, {"width": 8}], [{"examples": 100}])
    assert [r.remedy for r in rounds] == [{"width": 4}, {"width": 8}, {"examples": 100}, None]
    assert str(rounds[-1].diagnosis) == "neither" and start == {"width": 2, "examples": 10}


@pytest.mark.parametrize("signal, rate", [("line", norm.sf(1.5 / 0.6)), ("xor", 0.5)])
def test_planted_problems(signal, rate):
    X, y = planted_problem(40_000, signal, 3, rng=np.random.default_rng(0))
    assert X.shape == (40_000, 5) and set(y) == {0, 1} and abs(y.mean() - 0.5) < 0.01
    predicted = (LinearRegression().fit(X, y).predict(X) > 0.5).astype(int)
    assert abs(error_rate(y, predicted) - rate) < (0.002 if signal == "line" else 0.25)
    np.testing.assert_allclose(X[:, 2:].std(axis=0), 1, atol=0.02)
    corners = (X[:, 0] * X[:, 1] > 0).astype(int) if signal == "xor" else (X[:, 0] > 0).astype(int)
    assert error_rate(y, corners) < 0.01


def test_planted_errors_deserve_their_names():
    rng = np.random.default_rng(1)
    for name, problem in {"neither": {}, "high bias": {"signal": "xor"}}.items():
        assert str(diagnose(*planted_errors(2000, rng=rng, **problem))) == name
    assert str(diagnose(*planted_errors(80, irrelevant=70, rng=rng))) == "high variance"
    assert str(diagnose(*planted_errors(150, "xor", 40, rng=rng))) == "high bias and high variance"


def test_bad_input():
    with pytest.raises(ValueError, match="error_rate: y has shape"):
        error_rate([0, 1], [0])
    with pytest.raises(ValueError, match="error_interval: errors is 3, m is 2"):
        error_interval(3, 2)
    with pytest.raises(ValueError, match="error_interval: confidence is 1.5"):
        error_interval(1, 2, 1.5)
    with pytest.raises(ValueError, match="diagnose: train, dev, bayes are 10"):
        diagnose(10, 20)
    with pytest.raises(ValueError, match="diagnose: tolerance is 0"):
        diagnose(0.1, 0.2, tolerance=0)
    with pytest.raises(ValueError, match="planted_problem: signal is 'and'"):
        planted_problem(3, "and", rng=np.random.default_rng(0))
