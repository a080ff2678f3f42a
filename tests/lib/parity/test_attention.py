"""The random cases of attention: shapes that conform, the smallest first, a fixed one last."""

import pytest
from beside_torch import rng

from derived.parity import lookups


@pytest.mark.parametrize("square", [False, True])
def test_shapes(square):
    cases = list(lookups(rng(), 12, square=square))
    assert len(cases) == 12
    for c in cases:
        assert (c.Q.shape, c.K.shape) == ((c.L, c.d), (c.S, c.d))
        assert (c.V.shape, c.G.shape) == ((c.S, c.n), (c.L, c.n))
        assert not square or c.L == c.S
    sizes = [(c.L, c.S, c.d, c.n) for c in cases]
    assert sizes[0] == (1, 1, 1, 1) and sizes[-1] == (5 if square else 4, 5, 3, 2)
    assert len({s for s in sizes}) > 6
