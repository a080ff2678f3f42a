"""Two optimizers side by side: equal ones agree, different ones do not."""

from functools import partial

import numpy as np
import torch

from derived import optim, parity
from derived.parity.optimizers import torch_driven
from derived.topics.descent import optimizer_path


def test_equal_and_different_options():
    kinds = partial(optim.SGD, lr=0.1, momentum=0.9), partial(torch.optim.SGD, lr=0.1, momentum=0.9)
    ours, theirs = parity.optimizer_pair(*kinds, np.random.default_rng(0), steps=30, shapes=((1,), (2, 2)))
    assert ours.shape == (31, 5)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    assert abs(ours[-1] - ours[0]).max() > 0.1
    other = partial(torch.optim.SGD, lr=0.1, momentum=0.8)
    ours, theirs = parity.optimizer_pair(kinds[0], other, np.random.default_rng(0), steps=30)
    assert abs(ours - theirs).max() > 1e-3


def test_named_pair_leaves_the_default_type_of_pytorch():
    ours, theirs = parity.named_pair(np.random.default_rng(1), "NAdam", lr=0.1)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    assert torch.get_default_dtype() == torch.float32


def test_driven_is_fed_with_the_gradients():
    g = np.random.default_rng(2).standard_normal((6, 3))
    np.testing.assert_allclose(parity.driven(partial(optim.SGD, lr=0.5), g), -0.5 * np.cumsum(g, axis=0), atol=1e-14)


def test_torch_is_driven_in_the_same_way():
    g = np.random.default_rng(3).standard_normal((6, 3))
    theirs = torch_driven(partial(torch.optim.SGD, lr=0.5), g)
    np.testing.assert_allclose(theirs, -0.5 * np.cumsum(g, axis=0), atol=1e-14)


def test_torch_path_is_the_path_of_our_optimizer():
    gradient, start = lambda w: np.array([2.0, 0.5]) * w - 1, np.array([1.0, -3.0])
    paths = [path(partial(room.SGD, lr=0.1, momentum=0.9), gradient, start, 20)
             for path, room in ((optimizer_path, optim), (parity.torch_path, torch.optim))]  # fmt: skip
    np.testing.assert_allclose(*paths, atol=1e-12)
    assert paths[1].shape == (21, 2) and abs(paths[1][-1] - start).max() > 1
