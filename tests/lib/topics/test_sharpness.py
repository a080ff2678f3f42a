"""Hessian products and sharpness beside torch.func; SAM on R^n beside the optimizer."""

import numpy as np
import pytest
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
    np.testing.assert_allclose(sharpness(gradient, w, rng), values[abs(values).argmax()], rtol=1e-5)
    np.testing.assert_array_equal(hessian_product(gradient, w, 0 * v), 0 * v)


@pytest.mark.parametrize("values", [[3.0, 2.99, 1.0, -1.0], [-5.0, 4.0, 0.0], [2.0, 1.0]])
def test_a_narrow_gap_and_a_negative_eigenvalue(values):
    rng = np.random.default_rng(1)
    Q = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    H = Q * values @ Q.T
    assert abs(sharpness(lambda x: H @ x, rng.standard_normal(len(values)), rng) - values[0]) < 1e-4


def test_a_jump_within_the_step_is_refused():
    slope = lambda x: np.diag([3.0, 2.0, 1.0]) @ x + (x[0] > 0) * np.array([1e-3, 0, 0])
    rng = np.random.default_rng(2)
    assert abs(sharpness(slope, np.array([1e-4, 1.0, 1.0]), rng) - 3) < 1e-4
    with pytest.raises(ValueError, match="does not jump"):
        sharpness(slope, np.array([1e-9, 1.0, 1.0]), rng)
    with pytest.raises(ValueError, match="at least 2"):
        sharpness(slope, np.ones(1), rng)


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
