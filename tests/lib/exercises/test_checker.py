"""The checker accepts what is right, and what it says of a wrong answer is true and helpful."""

import numpy as np
import pytest

from derived.exercises import Checker

HINT = "Divide by the number of rows, not of entries."


def column_means(X):
    return X.mean(axis=0)


def cases(rng):
    for k in range(20):
        yield (rng.normal(size=(2 + k % 3, 3)),)


@pytest.fixture
def checker():
    slips = {HINT: lambda X: X.sum(axis=0) / X.size}
    return Checker("column_means", column_means, cases, slips, expects="X (N, d); returns (d,)")


def test_another_right_way_passes(checker):
    verdict = checker(lambda X: np.ones(len(X)) @ X / len(X))
    assert verdict
    assert repr(verdict) == "✓ column_means: right on all 20 cases"


def test_a_slip_gets_its_own_hint_and_the_failing_case(checker):
    verdict = checker(lambda X: X.sum(axis=0) / X.size)
    assert not verdict
    assert verdict.hint == HINT
    for part in ("case 1 of 20", "X = array of shape (2, 3)", "expected array", "got", "returns (d,)", HINT):
        assert part in repr(verdict)


def test_another_wrong_answer_gets_no_hint(checker):
    verdict = checker(lambda X: X.mean(axis=0) + 1)
    assert not verdict and not verdict.hint


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda X: None, "returns None: is the return missing"),
        (lambda X: X.mean(axis=1), "the shape is (2,), expected (3,)"),
        (lambda X: X.mean(), "the shape is (), expected (3,)"),
        (lambda X: "3", "the result is a str, expected an array"),
        (lambda X: X.mean(axis=0) * np.nan, "contains NaN"),
        (lambda X: X.mean(axis=0).astype(np.float32), "float32"),
        (lambda X: X.no_such_method(), "stops with AttributeError"),
        (lambda: 1, "does not take that"),
        (lambda X, y: 1, "does not take that"),
        (np.ones(3), "expected the function column_means(X)"),
    ],
)
def test_says_what_is_wrong(checker, answer, message):
    verdict = checker(answer)
    assert not verdict
    assert message in repr(verdict)


def test_changing_an_argument_is_wrong_though_the_value_is_right(checker):
    def answer(X):
        result = X.mean(axis=0)
        X -= result
        return result

    assert "changes its argument X in place" in repr(checker(answer))


def test_an_error_that_is_expected_must_come():
    def root(x):
        if x < 0:
            raise ValueError("x is negative")
        return x**0.5

    checker = Checker("root", root, lambda rng: ((x,) for x in range(-5, 20)))
    assert checker(root)
    assert "expected a ValueError (x is negative)" in repr(checker(lambda x: abs(x) ** 0.5))


def test_random_functions_get_the_same_generator():
    def draw(rng):
        return rng.normal(size=3)

    assert Checker("draw", draw, lambda rng: ((np.random.default_rng(k),) for k in range(20)))(draw)


def test_the_cases_are_the_same_every_time(checker):
    for first, second in zip(checker.cases(), checker.cases(), strict=True):
        np.testing.assert_array_equal(first[0], second[0])


def test_html_escapes_what_the_reader_wrote(checker):
    verdict = checker(lambda X: "<script>")
    assert "<script>" not in verdict._repr_html_()
    assert "verdict-wrong" in verdict._repr_html_()
    assert "verdict-right" in checker(column_means)._repr_html_()
