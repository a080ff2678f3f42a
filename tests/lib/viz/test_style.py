"""The style: colours told apart by every reader, figures that are the same bytes on every run."""

import io
from itertools import combinations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from matplotlib import textpath
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from derived.viz import style

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


@pytest.fixture(autouse=True)
def own_settings():
    with mpl.rc_context():
        style.use_style()
        yield
        plt.close("all")


def linear(color):
    channels = np.array(to_rgb(color))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast_on_white(color):
    return 1.05 / (linear(color) @ TO_XYZ[1] + 0.05)


def lab(rgb):
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def closest(colors, vision):
    seen = [lab(np.asarray(VISION[vision]) @ linear(color)) for color in colors]
    return min(np.linalg.norm(a - b) for a, b in combinations(seen, 2))


@pytest.mark.parametrize("name", ["blue", "orange", "green", "purple", "brown", "sky", "ink", "grey", "red"])
def test_lines_stand_out_from_the_paper(name):
    assert contrast_on_white(getattr(style.colors, name)) >= 3


@pytest.mark.parametrize("name", ["ink", "grey", "red"])
def test_text_is_readable(name):
    assert contrast_on_white(getattr(style.colors, name)) >= 4.5


@pytest.mark.parametrize("vision", VISION)
def test_no_two_colours_are_confused(vision):
    assert closest(style.cycle, vision) >= 18


def test_the_measure_finds_red_and_green_confused():
    assert closest(["#AA5500", "#668800"], "deutan") < 18 < closest(["#AA5500", "#668800"], "normal")


def test_curves_differ_in_more_than_colour():
    _, ax = plt.subplots()
    lines = [ax.plot([0, 1], [k, k])[0] for k in range(len(style.cycle))]
    assert len({str(line._dash_pattern) for line in lines}) == len(lines)


def svg():
    figure, ax = plt.subplots()
    ax.plot([0, 1], [1, 0], label="falling")
    ax.fill_between([0, 1], [1, 0], hatch="/")
    ax.legend()
    raw = io.StringIO()
    figure.savefig(raw, format="svg", metadata={"Date": None})
    return raw.getvalue()


def test_a_figure_is_the_same_bytes_on_every_run():
    assert svg() == svg()


def test_paper_is_white_and_text_needs_no_font():
    text = svg()
    assert "fill: #ffffff" in text.lower()
    assert "<text" not in text


def test_in_a_kernel_figures_become_svg(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(style, "_in_kernel", lambda: True)
    for place in ("IPython", "matplotlib_inline.backend_inline"):
        monkeypatch.setattr(f"{place}.get_ipython", lambda: shell)
    style.use_style()
    figure, ax = plt.subplots()
    ax.plot([1, 2])
    shown = shell.display_formatter.format(figure)[0]
    assert shown["image/svg+xml"] == style.svg(figure) and "image/png" not in shown


def free(figure):
    figure.add_axes((0, 0, 1, 1)).plot([1, 2])
    figure.text(0, 1.2, "beyond")


def gridded(figure):
    for ax in figure.subplots(2, 2).flat:
        image = ax.imshow([[1, 2]])
        ax.set(title="$x$", xlabel="label")
    figure.colorbar(image, ax=figure.axes)


@pytest.mark.parametrize(("drawing", "layout"), [(free, "none"), (gridded, "constrained")])
def test_svg_is_that_of_ipython(drawing, layout):
    pictures, own = [], plt.figure(layout=layout).get_layout_engine()
    for save in (style.svg, lambda figure: print_figure(figure, "svg", metadata={"Date": None})):
        figure = plt.figure(figsize=(4, 3), layout=layout)
        drawing(figure)
        pictures.append(save(figure))
        if save is style.svg:
            assert figure.dpi == 100 and type(figure.get_layout_engine()) is type(own)
    assert pictures[0] == pictures[1]
    assert style.svg(plt.figure()) is None


def test_outside_a_kernel_nothing_is_configured():
    assert not style._in_kernel()


def test_drawings_share_what_they_know_of_formulas():
    style.use_style()
    misses = []
    for _ in range(2):
        ax = plt.figure(layout="constrained").subplots()
        ax.set_xlabel("$x_1$")
        style.svg(ax.figure)
        misses.append(MathTextParser._parse_cached.cache_info().misses)
    assert misses[0] == misses[1]


def test_drawings_share_what_they_know_of_text():
    own, font = textpath.TextToPath(), FontProperties(family="DejaVu Sans", size=11)
    before = style._measure(own, "Wave", font, False), style._outline(own, own._get_font(font), "Wave")
    style.use_style()
    assert own.get_text_width_height_descent("Wave", font, False) == before[0]
    places, outlines, _ = own.get_glyphs_with_font(own._get_font(font), "Wave")
    assert places == before[1][0] and list(outlines) == list(before[1][1])
    assert all(np.array_equal(outlines[letter][0], before[1][1][letter][0]) for letter in outlines)
    new = own.get_glyphs_with_font(own._get_font(font), "Wave", outlines, True)
    assert new[0] == places and new[1] == {}
    assert own.get_glyphs_with_font(own._get_font(font), "Wave")[0] is places
