import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.scale import LogScale

from derived.viz import ticks


@pytest.fixture
def sparse(monkeypatch):
    monkeypatch.setattr(LogScale, "set_default_locators_and_formatters", ticks._usual)
    ticks.sparse_log_ticks()


@pytest.mark.parametrize(("top", "small"), [(5.0, 4), (100.0, 16), (101.0, 0), (1e6, 0)])
def test_small_ticks_only_on_short_axes(sparse, top, small):
    ax = plt.figure().subplots()
    ax.set(xscale="log", xlim=(1, top))
    found = [x for x in ax.xaxis.get_minorticklocs() if 1 <= x <= top]
    assert len(found) == small
    plt.close()


def test_powers_and_labels_stay(sparse, monkeypatch):
    def labels():
        ax = plt.figure().subplots()
        ax.loglog(np.geomspace(1e-3, 1e2, 5), np.geomspace(2, 7, 5))
        ax.figure.canvas.draw()
        both = [[t.get_text() for t in axis.get_ticklabels(which=which) if t.get_text()]
                for axis in (ax.xaxis, ax.yaxis) for which in ("major", "minor")]  # fmt: skip
        plt.close()
        return both

    ours = labels()
    monkeypatch.setattr(LogScale, "set_default_locators_and_formatters", ticks._usual)
    assert ours == labels() and ours[3]
