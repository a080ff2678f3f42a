"""The references of the checkers against PyTorch and brute force."""

import torch

from derived.exercises import cnn_architectures as ex


def test_conv_cost_by_torch_and_by_ones():
    def counted(C, D, k, h, w, groups):
        conv = torch.nn.Conv2d(C, D, k, groups=groups)
        torch.nn.init.ones_(conv.weight), torch.nn.init.zeros_(conv.bias)
        products = conv(torch.ones(1, C, h + k - 1, w + k - 1)).sum()  # every product is 1
        return sum(p.numel() for p in conv.parameters()), round(products.item())

    assert ex.conv_cost(counted)


def test_widest_bottleneck_by_the_formula():
    assert ex.widest_bottleneck(lambda C, D, k: (k * k * C * D - 1) // (C + k * k * D))


def test_residual_backward_is_torchs():
    def theirs(g, x, W1, W2):
        t = torch.tensor(x, requires_grad=True)
        y = t + torch.tensor(W2) @ torch.relu(torch.tensor(W1) @ t)
        y.backward(torch.tensor(g))
        return t.grad.numpy()

    assert ex.residual_backward(theirs)


def test_dense_cost_by_torch():
    def counted(C, growth, L):
        weights = 0
        for _ in range(L):
            weights += torch.nn.Conv2d(C, growth, 3, bias=False).weight.numel()
            C = C + growth
        return C, weights

    assert ex.dense_cost(counted)
    assert not ex.dense_cost(lambda C, growth, L: (C + L * growth, 0))
