"""The references of the checkers against PyTorch and closed forms."""

import numpy as np
import torch

from derived.exercises import optimizers as ex


def test_ema_by_weights():
    def weighted(x, beta):
        powers = beta ** np.arange(len(x))
        return np.array([np.tensordot(powers[t::-1], x[: t + 1], 1) / powers[: t + 1].sum() for t in range(len(x))])

    assert ex.ema(weighted)


def test_adam_beside_pytorch():
    for w, g, m, v, t, lr, beta1, beta2, eps in ex.adam_step.cases():
        p = torch.tensor(w, requires_grad=True)
        optimizer = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
        optimizer.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": torch.tensor(m),
                              "exp_avg_sq": torch.tensor(v)}  # fmt: skip
        p.grad = torch.tensor(g)
        optimizer.step()
        ours = ex.adam_step.reference(w, g, m, v, t, lr, beta1, beta2, eps)
        np.testing.assert_allclose(ours[0], p.detach().numpy(), atol=1e-10)
        np.testing.assert_allclose(ours[2], optimizer.state[p]["exp_avg_sq"].numpy(), atol=1e-12)


def test_the_other_references():
    assert ex.nesterov_step(lambda gradient, x, before, lr, beta: (
        (1 + beta) * x - beta * before - lr * gradient((1 + beta) * x - beta * before)))  # fmt: skip
    assert ex.sam_gradient(lambda gradient, w, rho: gradient(
        w + rho * (g := gradient(w)) / max(np.sqrt(np.sum(g**2)), 1e-300)))  # fmt: skip
