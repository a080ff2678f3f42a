"""The references of the checkers against PyTorch and brute force."""

import numpy as np
import torch

from derived.exercises import cnn_visualization as ex


def test_gram_is_einsum():
    assert ex.gram(lambda maps: torch.einsum("chw,dhw->cd", *[torch.tensor(maps)] * 2).numpy())


def test_relu_backward_by_cases():
    def slow(g, z, rule):
        out = []
        for a, b in zip(g.ravel(), z.ravel(), strict=True):
            passes = {"gradient": b > 0, "deconvnet": a > 0, "guided": min(a, b) > 0}[rule]
            out.append(a if passes else 0)
        return np.reshape(out, g.shape)

    assert ex.relu_backward(slow)


def test_occlusion_by_masks():
    def slow(score, image, size, fill):
        H, W = image.shape
        rows, columns = np.mgrid[:H, :W]
        return np.array([[score(image) - score(np.where((rows >= u) & (rows < u + size) & (columns >= v)
                                                        & (columns < v + size), fill, image))
                          for v in range(W - size + 1)] for u in range(H - size + 1)])  # fmt: skip

    assert ex.occlusion_map(slow)


def test_integrated_gradients_with_a_loop():
    def slow(gradient, x, steps):
        total = np.zeros_like(x)
        for k in range(steps):
            total += gradient((2 * k + 1) / (2 * steps) * x) / steps
        return total * x

    assert ex.integrated_gradients(slow)
