"""The pictures of schedules draw the rates and the exact distances."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.topics.noisy_parabola import mean_squares
from derived.viz.schedule_pictures import SHAPES, schedule_figure


@pytest.mark.parametrize("name", SHAPES)
def test_rates_and_distances(name):
    letter, values, make = SHAPES[name]
    for setting in (1, 4):
        fig = schedule_figure(name, setting)
        left, right = fig.axes
        eta = make(values[setting - 1])(np.arange(200))
        np.testing.assert_allclose(left.lines[0].get_ydata(), eta, atol=6e-4)
        np.testing.assert_allclose(10 ** right.lines[0].get_ydata(), mean_squares(eta)[::2], rtol=0.02)
        assert (right.lines[1].get_ydata() <= right.lines[0].get_ydata() + 0.01).all()  # the best rates
        assert f"{letter} = {values[setting - 1]:g}" in left.get_title() + left.get_title(loc="left")
        assert left.get_ylim()[1] > eta.max()
        plt.close(fig)
