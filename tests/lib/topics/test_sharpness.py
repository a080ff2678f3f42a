"""Hessian products and sharpness beside torch.func; SAM on R^n beside the optimizer."""

import numpy as np
import torch

from derived import nn, ops, optim
from derived.parity import torch_twin
from derived.tensor import Tensor
from derived.topics.descent import optimizer_path
from derived.topics.sharpness import hessian_product, model_gradient, sam_descent, sharpness


def test_the_largest_eigenvalue_of_a_network():
    rng = np.random.default_rng(0)
    net = nn.MLP([3, 4, 2], "tanh", rng=rng, dtype=np.float64)
    X, y = rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    twin = torch_twin(net)
    gradient, w = model_gradient(net, lambda: ops.cross_entropy(net(X), y))
    shapes = {name: p.shape for name, p in twin.named_parameters()}

    def loss(vector):
        pieces = torch.split(vector, [s.numel() for s in shapes.values()])
        named = {name: p.reshape(s) for (name, s), p in zip(shapes.items(), pieces, strict=True)}
        return torch.nn.functional.cross_entropy(torch.func.functional_call(twin, named, torch.tensor(X)),
                                                 torch.tensor(y))  # fmt: skip

    H = torch.autograd.functional.hessian(loss, torch.tensor(w)).numpy()
    v = rng.standard_normal(w.shape)
    np.testing.assert_allclose(hessian_product(gradient, w, v), H @ v, atol=1e-7)
    values = np.linalg.eigvalsh(H)
    np.testing.assert_allclose(sharpness(gradient, w, rng, 2000, 1e-10), values[abs(values).argmax()], rtol=1e-4)
    np.testing.assert_array_equal(hessian_product(gradient, w, 0 * v), 0 * v)


def test_sam_on_a_valley_is_the_optimizer():
    H = np.array([[2.0, 0.5], [0.5, 1.0]])
    x = Tensor(np.array([1.0, -2.0]), requires_grad=True)
    sam, path = optim.SAM(optim.SGD([x], lr=0.1), 0.3), [x.data.copy()]
    for _ in range(20):
        sam.step(lambda: (ops.matmul(x, H) * x).sum() * 0.5)
        path.append(x.data.copy())
    ours = sam_descent(lambda x: x @ H, np.array([1.0, -2.0]), 0.1, 0.3, 20)
    np.testing.assert_allclose(ours, path, atol=1e-12)
    plain = optimizer_path(lambda p: optim.SGD(p, lr=0.1), lambda x: x @ H, np.array([1.0, -2.0]), 20)
    np.testing.assert_allclose(sam_descent(lambda x: x @ H, np.array([1.0, -2.0]), 0.1, 0.0, 20), plain, atol=1e-12)


def test_rest_at_a_critical_point_and_noise():
    assert not sam_descent(lambda x: x, np.zeros((2, 3)), 0.1, 0.5, 3).any()
    noisy = sam_descent(lambda x: x, np.zeros((2000, 1)), 0.1, 0.0, 1, 2.0, np.random.default_rng(0))
    assert abs(noisy[-1].std() - 0.2) < 0.02
