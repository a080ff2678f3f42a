"""The references of the checkers against torch and SciPy."""

import numpy as np
import torch
from scipy.spatial.distance import jensenshannon

from derived.exercises import generative as ex


def test_coupling_by_torch():
    def theirs(x_b, s, t):
        z = (torch.tensor(x_b) - torch.tensor(t)) / torch.exp(torch.tensor(s))
        return z.numpy(), -torch.tensor(s).sum(dim=1).numpy()

    assert ex.coupling(theirs)


def test_js_by_scipy():
    ex_tolerant = lambda p, q: float(np.nan_to_num(jensenshannon(p, q) ** 2))
    assert ex.js(ex_tolerant) or ex.js(lambda p, q: ex_tolerant(p, q)).problem.endswith("float32?")


def test_logit_gradients_by_torch():
    def theirs(a):
        t = torch.tensor(a, requires_grad=True)
        losses = torch.nn.functional.logsigmoid(-t), -torch.nn.functional.logsigmoid(t)
        return tuple(torch.autograd.grad(loss.sum(), t)[0].numpy() for loss in losses)

    assert ex.logit_gradients(theirs)
