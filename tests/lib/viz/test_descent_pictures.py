"""The pictures of optimizers are drawn for all settings that the chapter shows."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz.descent_pictures import adaptive_figure, look_ahead_figure


def test_the_look_ahead_brakes():
    fig = look_ahead_figure(0.9, 0.08)
    heavy, ahead = (line.get_ydata() for line in fig.axes[1].lines)
    assert abs(ahead[-10:]).max() < abs(heavy[-10:]).max() < 1.6
    plt.close(fig)


@pytest.mark.parametrize("settings", [(0.03, 0.0, 0.9, 1e-8), (0.2, 0.9, 0.999, 1e-8)])
def test_rates_of_the_rare_feature_are_larger(settings):
    fig = adaptive_figure(*settings)
    ratios = np.array([line.get_ydata() for line in fig.axes[1].lines])
    assert ratios.shape == (4, 50) and (ratios.mean(axis=1) > 1).all()
    plt.close(fig)
