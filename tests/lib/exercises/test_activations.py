"""The references of the checkers on activations against PyTorch and quadrature."""

import numpy as np
import torch
from beside_torch import close
from scipy.integrate import quad
from scipy.stats import norm
from torch.nn import functional as F

from derived.exercises import activations as ex


def test_elu():
    for z, alpha in ex.elu.cases():
        t = torch.tensor(z, requires_grad=True)
        F.elu(t, alpha).sum().backward()
        value, slope = ex.elu.reference(z, alpha)
        close(value, F.elu(t, alpha))
        close(slope, t.grad)


def test_prelu():
    for g, Z, a in ex.pull_prelu.cases():
        tensors = [torch.tensor(x, requires_grad=True) for x in (Z, a)]
        F.prelu(*tensors).backward(torch.tensor(g))
        for ours, t in zip(ex.pull_prelu.reference(g, Z, a), tensors, strict=True):
            close(ours, t.grad)


def test_maxout():
    for g, *arrays in ex.pull_maxout.cases():
        X, W, b = tensors = [torch.tensor(x, requires_grad=True) for x in arrays]
        (torch.einsum("nd,mkd->nmk", X, W) + b).amax(dim=2).backward(torch.tensor(g))
        for ours, t in zip(ex.pull_maxout.reference(g, *arrays), tensors, strict=True):
            close(ours, t.grad)


def test_constants():
    for (variance,) in ex.constants.cases():
        alpha, scale = ex.constants.reference(variance)
        s = np.sqrt(variance)
        density = norm(scale=s).pdf
        negative = [quad(lambda x, p=p, f=density: np.expm1(x) ** p * f(x), -12 * s, 0)[0] for p in (1, 2)]
        assert abs(scale * (s / np.sqrt(2 * np.pi) + alpha * negative[0])) < 1e-8
        assert abs(scale**2 * (variance / 2 + alpha**2 * negative[1]) - variance) < 1e-7
