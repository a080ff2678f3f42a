"""AdaGrad and AdaDelta beside torch.optim."""

import numpy as np
import pytest
import torch
from beside_torch import hundred_steps, leaf

from derived import optim

OPTIONS = {
    "Adagrad": [{}, {"lr": 0.3}, {"lr_decay": 0.1}, {"weight_decay": 0.2}, {"initial_accumulator_value": 0.5},
                {"eps": 0.1}, {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.1, "eps": 1e-3}],
    "Adadelta": [{}, {"lr": 3.0}, {"rho": 0.5}, {"rho": 0.0}, {"eps": 1e-3, "lr": 0.1}, {"weight_decay": 0.2}],
}  # fmt: skip


@pytest.mark.parametrize(("name", "options"), [(n, o) for n, each in OPTIONS.items() for o in each], ids=str)
def test_a_hundred_steps(name, options):
    hundred_steps(getattr(optim, name), getattr(torch.optim, name), options)


def test_adagrad_by_hand():
    w = leaf(1.0, 1.0)
    optimizer = optim.Adagrad([w], lr=0.5, eps=0.0)
    for g in ([3.0, 0.1], [4.0, 0.0]):
        w.grad = np.array(g)
        optimizer.step()
    np.testing.assert_allclose(w.data, [1 - 0.5 - 0.5 * 4 / 5, 0.5], rtol=1e-15)


def test_adadelta_without_eps_never_moves():
    w = leaf(1.0, -2.0)
    optimizer = optim.Adadelta([w], eps=0.0)
    for _ in range(10):
        w.grad = np.array([1.0, 3.0])
        optimizer.step()
    np.testing.assert_array_equal(w.data, [1.0, -2.0])


def test_a_wrong_rule_fails():
    class Rootless(optim.Adagrad):
        def update(self, w, g, v):
            v += g * g
            self.descend(w, g / (v + self.eps), self.lr)

    with pytest.raises(AssertionError):
        hundred_steps(Rootless, torch.optim.Adagrad, {"lr": 0.1})


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Adagrad", {"lr_decay": -1}, "lr_decay is -1, expected a number >= 0"),
        ("Adagrad", {"eps": -1}, "eps is -1, expected a number >= 0"),
        ("Adagrad", {"initial_accumulator_value": -1}, "initial_accumulator_value is -1, expected a number >= 0"),
        ("Adadelta", {"rho": 1.5}, r"rho is 1.5, expected a number in \[0, 1\]"),
        ("Adadelta", {"eps": -1}, "eps is -1, expected a number >= 0"),
        ("Adadelta", {"weight_decay": -1}, "weight_decay is -1, expected a number >= 0"),
    ],
)
def test_bad_options_are_named(name, options, message):
    with pytest.raises(ValueError, match=f"^{name}: {message}$"):
        getattr(optim, name)([leaf(1.0)], **options)
