"""The problem on which Adam fails, against the recursion in plain numbers."""

import numpy as np
import pytest

from derived import optim
from derived.topics.reddi import reddi_path


@pytest.mark.parametrize(("amsgrad", "C"), [(False, 3.0), (True, 3.0), (True, 10.0)])
def test_by_hand(amsgrad, C):
    x, v, largest, beta, path = 1.0, 0.0, 0.0, 1 / (1 + C * C), [1.0]
    for t in range(1, 61):
        g = C if t % 3 == 1 else -1.0
        v = beta * v + (1 - beta) * g * g
        largest = max(largest, v)
        scale = (largest if amsgrad else v) / (1 - beta**t)
        x = min(1.0, max(-1.0, x - 0.1 * g / scale**0.5))
        path.append(x)
    np.testing.assert_allclose(reddi_path(optim.Adam, 60, C, amsgrad=amsgrad), path, atol=1e-12)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="reddi_path: C is 2, expected a number > 2"):
        reddi_path(optim.Adam, C=2)
