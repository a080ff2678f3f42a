"""The references of the checkers against sets, recursion and SciPy."""

from itertools import product

import numpy as np
from scipy import optimize
from scipy.special import rel_entr

from derived.exercises import theory as ex


def test_shatters_by_sets():
    assert ex.shatters(lambda L: set(product((0, 1), repeat=L.shape[1])) == {tuple(row) for row in L})


def test_sauer_by_recursion():
    def recursion(n, d):
        return 1 if n == 0 or d == 0 else recursion(n - 1, d) + recursion(n - 1, d - 1)

    assert recursion(9, 3) == 1 + 9 + 36 + 84
    table = {(n, d): 1 for n in range(30) for d in range(9) if n == 0 or d == 0}
    for n, d in product(range(1, 30), range(1, 9)):
        table[n, d] = table[n - 1, d] + table[n - 1, d - 1]
    assert ex.sauer(lambda n, d: table[n, d])


def test_maurer_by_root_finding():
    def root(risk, kl, n, delta):
        budget = (kl + np.log(2 * np.sqrt(n) / delta)) / n
        return optimize.brentq(lambda R: rel_entr(risk, R) + rel_entr(1 - risk, 1 - R) - budget, risk, 1 - 1e-15)

    assert ex.maurer(root)
