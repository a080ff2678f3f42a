"""Multinomial logistic regression on all 1,797 digits, full batch: one product, one cross-entropy, one step of SGD."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.networks import gradients, torch_twin
from benchmarks.timing import Pair
from derived import nn, ops, optim
from derived.data import load_digits


def build() -> Pair:
    """One step of gradient descent."""
    digits = load_digits()
    X, y = np.ascontiguousarray(digits.X, dtype=np.float32), digits.y
    model = nn.MLP((64, 10), rng=np.random.default_rng(0))
    twin = torch_twin(model, (64, 10))
    optimizer, their_optimizer = optim.SGD(model.parameters(), lr=0.1), torch.optim.SGD(twin.parameters(), lr=0.1)
    their_X, their_y = torch.tensor(X), torch.tensor(y)

    def ours():
        optimizer.zero_grad()
        ops.cross_entropy(model(X), y).backward()
        optimizer.step()

    def theirs():
        their_optimizer.zero_grad()
        F.cross_entropy(twin(their_X), their_y).backward()
        their_optimizer.step()

    def values():
        ours()
        theirs()
        return gradients(model, twin)

    return Pair("logistic regression, 1,797 digits", ours, theirs, 2.0, values)
