"""The pictures show the minima that SciPy finds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.optimize import minimize

from derived.viz.shrinkage_pictures import W_STAR, bowl, penalised_minimum, penalty_figure, stopping_figure


@pytest.mark.parametrize("lam", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("kappa", [1, 20])
@pytest.mark.parametrize("p", [1, 2])
def test_minima(lam, kappa, p):
    H = bowl(kappa)[2]
    value = lambda w: (w - W_STAR) @ H @ (w - W_STAR) / 2 + lam * (np.abs(w).sum() if p == 1 else w @ w / 2)
    best = minimize(value, W_STAR, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
    assert value(penalised_minimum(lam, kappa, p)) <= best.fun + 1e-8


def test_figures_are_drawn():
    for fig in (penalty_figure(0.3, 20, 1), penalty_figure(0.1, 1, 2), stopping_figure(1, 4), stopping_figure(500, 20)):
        assert len(fig.axes) == 2
        plt.close(fig)
