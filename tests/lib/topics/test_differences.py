"""Orders of difference quotients, and the bound on their error."""

import numpy as np
import pytest

from derived.topics import differences


@pytest.mark.parametrize(("quotient", "order", "steps"), [
    (differences.forward, 1, 10.0 ** np.arange(-5, -1)), (differences.central, 2, 10.0 ** np.arange(-4, -1)),
    (differences.five_point, 4, 10.0 ** np.linspace(-2, -1, 5))])  # fmt: skip
def test_orders(quotient, order, steps):
    errors = [abs(quotient(np.sin, 0.8, h) - np.cos(0.8)) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(order, abs=0.05)


def test_quotients_of_arrays_and_of_polynomials():
    x = np.array([[1.0, -2.0, 0.5]])
    np.testing.assert_allclose(differences.central(lambda v: v**2, x, 0.5), 2 * x)
    np.testing.assert_allclose(differences.five_point(lambda v: v**4, x, 0.5), 4 * x**3)
    assert np.abs(differences.forward(lambda v: v**2, x, 0.5) - 2 * x).max() == 0.5


def test_complex_step_has_no_best_step():
    f, slope = lambda x: np.exp(x) * np.sin(x), np.exp(0.7) * (np.sin(0.7) + np.cos(0.7))
    for h in (1e-8, 1e-30, 1e-200):
        assert differences.complex_step(f, 0.7, h) == pytest.approx(slope, rel=1e-15)
    assert differences.complex_step(np.abs, -0.7) == 0.0  # not analytic


def test_the_best_step_minimises_the_bound():
    for third, delta in [(1.0, 1e-16), (1e6, 1e-12), (0.01, 6e-8)]:
        h = differences.best_step(third, delta)
        least = differences.error_bound(h, third, delta)
        assert least == pytest.approx(0.5 * (9 * delta**2 * third) ** (1 / 3))
        assert all(differences.error_bound(h * s, third, delta) > least for s in (0.5, 0.9, 1.1, 2.0))
    with pytest.raises(ValueError, match=r"best_step: third and delta are 0\.0 and 1e-16"):
        differences.best_step(0.0, 1e-16)


def test_the_relative_error():
    F = np.array([3.0, -4.0])
    assert [differences.relative_error(F, c * F) for c in (1, -1, 2, 0)] == pytest.approx([0, 1, 1 / 3, 1])
    assert differences.relative_error(1e-9 * F, 3e-9 * F) == pytest.approx(0.5)
    assert differences.relative_error(0 * F, 0 * F) == 0
    with pytest.raises(ValueError, match=r"relative_error: shapes are \(2,\) and \(1,\)"):
        differences.relative_error(F, F[:1])
