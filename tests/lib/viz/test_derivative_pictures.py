"""Pictures of derivatives: sweeps end with torch's gradient, errors stay below the bound, arrows are in place."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from derived.viz.derivative_pictures import MODES, loop_figure, metric_figure, sweep_figure, u_curve_figure


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def shown(mode, step):
    return [t.get_text() for t in sweep_figure(mode, step).axes[0].texts]


def test_sweeps_end_with_the_gradient():
    x, y = (torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (0.5, 2.0))
    ((x + torch.tanh(x * y)) * y).backward()
    for mode, t in zip(MODES, (x, y), strict=False):
        slope = f"∂ {t.grad.item():.3g}"
        assert slope in shown(mode, 4) and slope in shown("reverse", 4) and slope not in shown(mode, 3)


def test_each_step_of_a_sweep_shows_more():
    for mode in MODES:
        counts = [len(shown(mode, step)) for step in range(5)]
        assert counts == sorted(counts) and counts[0] < counts[-1]
    with pytest.raises(ValueError, match="sweep_figure: mode is 'sideways'"):
        sweep_figure("sideways", 0)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("k", [0.1, 1, 10])
def test_the_central_quotient_stays_below_its_bound(k, precision):
    lines = {line.get_label(): line.get_ydata() for line in u_curve_figure(k, precision).axes[0].lines}
    assert (lines["central"] <= lines["bound, central"]).all()
    assert lines["five-point"].min() < lines["central"].min() < lines["forward"].min()


def test_no_other_precision():
    with pytest.raises(ValueError, match="u_curve_figure: precision is 'half'"):
        u_curve_figure(1, "half")


@pytest.mark.parametrize(("radius", "angle"), [(0.6, 20), (1, 45), (1.6, 70)])
def test_the_gradient_ends_where_a_level_line_touches_the_steps_of_length_one(radius, angle):
    plane = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    for ax, D in zip(metric_figure(radius, angle).axes, (np.diag([1, radius]), np.eye(2)), strict=True):
        partials, gradient = (np.array(a.xy) for a in ax.texts)
        np.testing.assert_allclose(D @ gradient, plane, atol=1e-12)
        slopes = D.T @ plane  # in the coordinates of the panel
        curve = next(line.get_xydata() for line in ax.lines if len(line.get_xydata()) == 100)
        assert slopes @ gradient == pytest.approx(1) and 0.998 < (curve @ slopes).max() <= 1 + 1e-12
        assert (abs(partials - gradient).max() < 1e-12) == (radius == 1)


def test_the_loop_and_its_formula():
    h = 10.0 ** np.arange(-3, 0)
    ax, bx = loop_figure(h, {"forward": h, "central": h**2}, [17, 130], 9).axes
    assert [t.get_text() for t in ax.get_legend().texts] == ["forward", "central"]
    assert [line.get_ydata().tolist() for line in bx.lines] == [[17, 130], [9, 18]]
