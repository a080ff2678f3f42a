"""The checkers' references against torch and against definitions."""

import numpy as np
import torch

from derived.exercises import autodiff as ex
from derived.exercises.autodiff import _quotients


def test_quotients_of_duals_are_torchs():
    for x, dx, y, dy in ex.dual_divide.cases():
        theirs = torch.autograd.functional.jvp(
            torch.div, tuple(torch.tensor(float(a)) for a in (x, y)), tuple(torch.tensor(float(a)) for a in (dx, dy))
        )
        np.testing.assert_allclose(ex.dual_divide.reference(x, dx, y, dy), [t.item() for t in theirs], rtol=1e-5)
    assert ex.dual_divide(lambda x, dx, y, dy: (x / y, dx / y - x / y * dy / y))


def test_the_base_of_the_slips_is_right():
    assert ex.numerical_gradient(_quotients)


def test_pullback_is_torchs():
    for zeta, X, v in ex.pull_gram.cases():
        t = torch.tensor(X, requires_grad=True)
        (t @ t.T @ torch.tensor(v)).backward(torch.tensor(zeta))
        np.testing.assert_allclose(ex.pull_gram.reference(zeta, X, v), t.grad.numpy(), atol=1e-12)


def test_gradients_for_an_inner_product():
    rng = np.random.default_rng(1)
    for partials, G in ex.gradient_for.cases():
        w, xi = ex.gradient_for.reference(partials, G), rng.standard_normal(len(G))
        assert np.isclose(xi @ G @ w, partials @ xi)
