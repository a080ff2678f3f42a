"""The references of the checkers on dropout and distillation against PyTorch and SciPy."""

import numpy as np
import torch
from beside_torch import close
from scipy.stats import gmean
from torch.nn import functional as F

from derived.exercises import dropout as ex


def test_inverted():
    for a, g, u, p in ex.inverted.cases():
        t = torch.tensor(a, requires_grad=True)
        value = torch.where(torch.tensor(u) < 1 - p, t / (1 - p), 0.0)
        value.backward(torch.tensor(g))
        ours = ex.inverted.reference(a, g, u, p)
        close(ours[0], value)
        close(ours[1], t.grad)


def test_geometric():
    for P, w in ex.geometric.cases():
        G = gmean(P, axis=0, weights=w[:, None, None] * np.ones_like(P))
        close(ex.geometric.reference(P, w), G / G.sum(axis=1, keepdims=True))


def test_student_gradient():
    for z, y, v, T, alpha in ex.student_gradient.cases():
        t = torch.tensor(z, requires_grad=True)
        soft = F.cross_entropy(t / T, torch.softmax(torch.tensor(v) / T, 1))
        (alpha * F.cross_entropy(t, torch.tensor(y)) + (1 - alpha) * T * T * soft).backward()
        close(ex.student_gradient.reference(z, y, v, T, alpha), t.grad)
