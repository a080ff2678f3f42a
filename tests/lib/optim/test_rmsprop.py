"""RMSProp beside torch.optim, MaxProp beside Adamax."""

import numpy as np
import pytest
import torch
from beside_torch import hundred_steps, leaf, normal

from derived import optim

OPTIONS = [
    {}, {"lr": 0.1}, {"alpha": 0.5}, {"alpha": 0.0}, {"eps": 0.1}, {"weight_decay": 0.2}, {"momentum": 0.9},
    {"centered": True, "eps": 1e-3}, {"centered": True, "momentum": 0.5, "eps": 1e-3, "weight_decay": 0.1},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_hundred_steps(options):
    hundred_steps(optim.RMSprop, torch.optim.RMSprop, options)


def test_maxprop_is_adamax_without_memory():
    ours, theirs = leaf(0.5, -1.0, 2.0), torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    mine = optim.MaxProp([ours], lr=0.1, beta=0.9, eps=0.0)
    other = torch.optim.Adamax([theirs], lr=0.1, betas=(0.0, 0.9), eps=0.0)
    for k in range(100):
        g = normal(3, seed=k)
        ours.grad, theirs.grad = g, torch.tensor(g)
        mine.step(), other.step()
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-12)


def test_maxprop_divides_by_the_maximum_without_root():
    w = leaf(0.0)
    optimizer = optim.MaxProp([w], lr=1.0, beta=0.5, eps=0.0)
    for g, expected in ((4.0, -1.0), (0.0, -1.0), (0.5, -1.5), (-3.0, -0.5)):
        w.grad = np.array([g])
        optimizer.step()
        assert w.data[0] == expected


def test_a_wrong_rule_fails():
    class Squareless(optim.RMSprop):
        def update(self, w, g, v):
            v *= self.alpha
            v += (1 - self.alpha) * np.abs(g)
            self.descend(w, g / (np.sqrt(v) + self.eps), self.lr)

    with pytest.raises(AssertionError):
        hundred_steps(Squareless, torch.optim.RMSprop, {})


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("RMSprop", {"alpha": 1.5}, r"alpha is 1.5, expected a number in \[0, 1\]"),
        ("RMSprop", {"momentum": -1}, "momentum is -1, expected a number >= 0"),
        ("RMSprop", {"eps": -1}, "eps is -1, expected a number >= 0"),
        ("MaxProp", {"beta": -0.1}, r"beta is -0.1, expected a number in \[0, 1\]"),
        ("MaxProp", {"eps": -1}, "eps is -1, expected a number >= 0"),
    ],
)
def test_bad_options_are_named(name, options, message):
    with pytest.raises(ValueError, match=f"^{name}: {message}$"):
        getattr(optim, name)([leaf(1.0)], **options)
