"""Windows as columns and their adjoint, beside PyTorch; what lies where in memory."""

import os
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.check import adjoint_error

two = st.tuples


@st.composite
def geometries(draw):
    """An image and kernel, dilation, padding, stride that fit it; sizes 1 included."""
    k, d = draw(two(*[st.integers(1, 3)] * 2)), draw(two(*[st.integers(1, 2)] * 2))
    p, s = draw(two(*[st.integers(0, 2)] * 2)), draw(two(*[st.integers(1, 3)] * 2))
    least = [max(1, d[i] * (k[i] - 1) + 1 - 2 * p[i]) for i in range(2)]
    image = tuple(least[i] + draw(st.integers(0, 3)) for i in range(2))
    return image, k, d, p, s


@settings(max_examples=25, deadline=None)
@given(geometries(), st.integers(1, 3), st.integers(1, 3))
def test_unfold_and_fold(geometry, N, C):
    image, *numbers = geometry
    agree(lambda x: ops.unfold(x, *numbers), lambda x: F.unfold(x, *numbers), normal(N, C, *image))
    columns = normal(*ops.unfold(normal(N, C, *image), *numbers).shape, seed=1)
    agree(lambda x: ops.fold(x, image, *numbers), lambda x: F.fold(x, image, *numbers), columns)


def test_a_window_by_hand():
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    close(ops.unfold(x, 2).data[0], [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]])
    counts = ops.fold(ops.unfold(np.ones((1, 1, 3, 3)), 2), 3, 2)
    close(counts.data[0, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])  # the adjoint, not the inverse


def test_mutants():
    mutants_fail(lambda x: ops.unfold(x, 2, padding=1), normal(2, 2, 3, 4))
    mutants_fail(lambda x: ops.fold(x, (3, 4), 2), normal(2, 8, 6))


@pytest.mark.parametrize("wrong", ["assigned", "shifted", "padding kept"])
def test_a_wrong_fold_is_caught(wrong):
    def rule(x):
        value, _ = ops.unfold.rule(x, 2, 1, 1)

        def pull(g):
            g = g.reshape(1, 1, 2, 2, 4, 4)
            image = np.zeros((1, 1, 6, 6))
            for i in range(2):
                for j in range(2):
                    at = (slice(None), slice(None), slice(i, i + 4), slice(j, j + 4))
                    image[at] = g[:, :, i, j] + (0 if wrong == "assigned" else image[at])
            return image[:, :, 2:5, 2:5] if wrong == "shifted" else image[:, :, :3, :3]

        return value, pull

    x = normal(1, 1, 3, 3)
    assert adjoint_error(lambda x: ops.unfold.rule(x, 2, 1, 1), x, rng=rng()) < 1e-8
    assert adjoint_error(rule, x, rng=rng()) > 1e-3


def test_output_size_counts_the_windows():
    for i, k, s, p, d in product(range(1, 9), range(1, 4), range(1, 4), range(3), range(1, 3)):
        starts = [a for a in range(-p, i + p, s) if a + d * (k - 1) < i + p]
        assert ops.output_size(i, k, s, p, d) == len(starts) or not starts


def test_the_batch_lies_innermost():
    columns, images = ops.unfold(normal(4, 2, 5, 5), 3).data, ops.fold(normal(4, 18, 9), 5, 3).data
    assert columns.transpose(1, 2, 0).flags.c_contiguous
    assert images.transpose(1, 2, 3, 0).flags.c_contiguous


def test_wrong_arguments_are_named():
    x = normal(2, 3, 5, 5)
    cases = [
        (lambda: ops.unfold(x[0], 2), r"unfold: input has shape \(3, 5, 5\), expected \(N, C, H, W\)"),
        (lambda: ops.unfold(x, 0), "unfold: kernel_size is 0, expected an integer >= 1 or a pair"),
        (lambda: ops.unfold(x, (2, 2, 2)), "unfold: kernel_size is"),
        (lambda: ops.unfold(x, 2, stride=0), "unfold: stride is 0, expected an integer >= 1"),
        (lambda: ops.unfold(x, 2, padding=-1), "unfold: padding is -1, expected an integer >= 0"),
        (lambda: ops.unfold(x, 2, dilation=1.5), "unfold: dilation is 1.5"),
        (lambda: ops.unfold(x, 6), r"unfold: images of \(5, 5\) pixels with padding \(0, 0\) are too small for "
                                   r"kernel_size \(6, 6\) with dilation \(1, 1\)"),
        (lambda: ops.fold(x, 5, 2), r"fold: input has shape \(2, 3, 5, 5\), expected \(N, C kh kw, L\)"),
        (lambda: ops.fold(normal(2, 6, 16), 5, 2), r"fold: input has shape \(2, 6, 16\), expected \(N, a mul"),
        (lambda: ops.fold(normal(2, 8, 15), 5, 2), "fold: input has shape"),
    ]  # fmt: skip
    for call, message in cases:
        with pytest.raises(ValueError, match=message):
            call()


def test_lists_stand_for_pairs():
    close(ops.unfold(normal(1, 1, 4, 4), [2, 3]), ops.unfold(normal(1, 1, 4, 4), (2, 3)).data)


FAULTS = """
import resource
import numpy as np
from derived import ops
from derived.tensor import Tensor
x, w = Tensor(np.ones((64, 6, 14, 14), np.float32), True), Tensor(np.ones((16, 6, 5, 5), np.float32), True)
for step in range(8):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    ops.conv2d(x, w).backward(np.ones((64, 16, 10, 10), np.float32))
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not hasattr(os, "confstr") or "CS_GNU_LIBC_VERSION" not in os.confstr_names,
                    reason="memory is given back by other rules elsewhere")  # fmt: skip
def test_memory_of_columns_is_not_fetched_anew_in_every_step():
    run = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 500  # pages; about 2,000 without the line in windows.py, two thirds of a step's time
