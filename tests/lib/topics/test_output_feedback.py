"""Total correlation beside SciPy, and what decoders learn from two modes."""

import numpy as np
from beside_torch import close, rng
from scipy.special import rel_entr
from scipy.stats import entropy as scipy_entropy

from derived.topics import output_feedback as of


def test_entropies_and_margins():
    p = rng().dirichlet(np.ones(12)).reshape(2, 3, 2)
    close(of.entropy(p), scipy_entropy(p.ravel()))
    close(of.margins(p)[1], p.sum(axis=(0, 2)))
    close(of.total_correlation(p), rel_entr(p, of.product_of_margins(p)).sum())
    assert of.entropy(np.array([1.0, 0.0])) == 0
    two = np.zeros((2,) * 4)
    two[0, 0, 0, 0] = two[1, 1, 1, 1] = 0.5
    close(of.total_correlation(two), 3 * np.log(2))


def test_two_modes_repeat_one_letter():
    y = of.two_modes(4, 500, rng())
    assert (y == y[0]).all()
    assert 200 < y[0].sum() < 300


def test_only_feedback_with_the_right_letters_learns_both_modes():
    forced, deaf = (of.train_two_modes(mode, 3, length=3) for mode in ("teacher forcing", "no feedback"))
    close(forced.sum(), 1.0)
    assert forced[0, 0, 0] + forced[1, 1, 1] > 0.9
    close(deaf, of.product_of_margins(deaf), 1e-6)
    assert deaf[0, 0, 0] + deaf[1, 1, 1] < 0.4
