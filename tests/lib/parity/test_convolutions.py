"""The cases hold what they say, sizes of 1 and every kind of geometry among them."""

import numpy as np

from derived import ops
from derived.parity.convolutions import convolutions, pooled, slid_back


def test_cases_and_the_library_agree():
    cases = list(convolutions(np.random.default_rng(0), 30))
    assert cases[0].x.size == cases[0].w.size == cases[0].y.size == 1
    for number in range(3):
        assert len({case.geometry[number] for case in cases}) > 2
    for case in cases:
        value, *pulls = ops.conv2d.rule(case.x, case.w, case.b, *case.geometry)
        np.testing.assert_allclose(value, case.y, atol=1e-12)
        for pull, theirs in zip(pulls, case.pulled, strict=True):
            np.testing.assert_allclose(pull(case.g), theirs, atol=1e-12)


def test_plain_cases_have_no_geometry():
    found = {case.geometry for case in convolutions(np.random.default_rng(1), 5, plain=True)}
    assert found == {((1, 1), (0, 0), (1, 1))}


def test_backward_and_pooling_by_hand():
    grad_x, grad_w = slid_back(np.array([3.0, 0, 1, 2]), np.array([1.0, 2]), np.array([1.0, 10]), stride=2)
    np.testing.assert_array_equal(grad_x, [1, 2, 10, 20])
    np.testing.assert_array_equal(grad_w, [13, 20])
    x = np.array([[[[1.0, 3, 2]]]])
    g, values, gradients = pooled("max", x, ((1, 2), 1, 0), np.random.default_rng(0))
    for y, gradient in zip(values, gradients, strict=True):
        np.testing.assert_array_equal(y[0, 0, 0], [3, 3])
        np.testing.assert_allclose(gradient[0, 0, 0], [0, g.sum(), 0])
