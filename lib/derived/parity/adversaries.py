"""What attacks are compared with: searches by SciPy, corners one by one, and projected ascent in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from derived.nn import Sequential
from derived.parity.twins import torch_twin

if TYPE_CHECKING:
    import torch

__all__ = ["input_gradients", "nearest_point", "shortest_change", "torch_pgd", "worst_logistic"]

PRECISE = {"ftol": 1e-15, "maxiter": 500}


def nearest_point(far: np.ndarray, x: np.ndarray, radius: float, p: float,
                  box: tuple[float, float] | None = (0.0, 1.0)) -> np.ndarray:  # fmt: skip
    """Point of ball around x and box nearest to ``far``, (d,), by SLSQP with steps up and down as variables."""
    d, (low, high) = len(x), box or (-50.0, 50.0)
    cap = radius if p == np.inf else np.inf
    bounds = [(0, min(high - a, cap)) for a in x] + [(0, min(a - low, cap)) for a in x]
    rest = {1: lambda t: radius - t.sum(), 2: lambda t: radius**2 - np.sum((t[:d] - t[d:]) ** 2)}
    limits = [{"type": "ineq", "fun": rest[p]}] if p in rest else []
    t = minimize(lambda t: np.sum((x + t[:d] - t[d:] - far) ** 2), np.full(2 * d, 1e-3), method="SLSQP",
                 bounds=bounds, constraints=limits, options=PRECISE).x  # fmt: skip
    return x + t[:d] - t[d:]


def shortest_change(w: np.ndarray, gap: float, p: float) -> np.ndarray:
    """The r with w·r = gap and the smallest p-norm, 1 < p < infinity, (d,), by SLSQP."""
    return minimize(lambda r: np.sum(np.abs(r) ** p), gap * w / (w @ w), method="SLSQP", options=PRECISE,
                    constraints={"type": "eq", "fun": lambda r: w @ r - gap}).x  # fmt: skip


def worst_logistic(w: np.ndarray, b: float, x: np.ndarray, y: float, eps: float, p: float) -> float:
    """Largest logistic loss of y (w·(x + r) + b) in the p-ball: at a corner, as it is convex; for p = 2 by SLSQP."""
    d = len(w)

    def loss(r: np.ndarray) -> np.ndarray:
        return np.logaddexp(0, -y * ((x + r) @ w + b))

    if p == np.inf:
        return float(loss(eps * (2.0 * ((np.arange(2**d)[:, None] >> np.arange(d)) & 1) - 1)).max())
    if p == 1:
        return float(loss(eps * np.concatenate([np.eye(d), -np.eye(d)])).max())
    found = minimize(lambda r: -loss(r), 0.1 * eps * np.ones(d) / d, method="SLSQP", options=PRECISE,
                     constraints={"type": "ineq", "fun": lambda r: eps**2 - r @ r})  # fmt: skip
    return float(-found.fun)


def input_gradients(model: Sequential, x: np.ndarray, labels: np.ndarray) -> torch.Tensor:
    """Gradient of each image's cross-entropy, from torch.autograd."""
    import torch
    from torch.nn import functional as F

    t = torch.tensor(np.asarray(x), requires_grad=True)
    loss = F.cross_entropy(torch_twin(model)(t), torch.tensor(labels), reduction="sum")
    return torch.autograd.grad(loss, t)[0]


def torch_pgd(model: Sequential, x: np.ndarray, labels: np.ndarray, eps: float, step_size: float, p: float,
              steps: int) -> torch.Tensor:  # fmt: skip
    """Projected ascent for p = 2 or infinity on images (N, C, H, W), without a box, from x itself."""
    import torch

    start = t = torch.tensor(x)
    for _ in range(steps):
        z = input_gradients(model, t.numpy(), labels)
        length = torch.linalg.vector_norm(z, dim=(1, 2, 3), keepdim=True)
        r = t + step_size * (z.sign() if p == np.inf else z / length) - start
        far = torch.linalg.vector_norm(r, dim=(1, 2, 3), keepdim=True)
        t = start + (r.clamp(-eps, eps) if p == np.inf else r * (eps / far).clamp(max=1))
    return t
