"""Sliders: what is refused, what is shown, and that both forms hold the same pictures."""

import json
import re
import sys
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz import explore
from derived.viz.explore import MOST_BYTES, WIDGET_VIEW, shown

ALT = "Line to {x}, {kind}"


def line(x, kind="up"):
    figure, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1], [0, x if kind == "up" else -x])
    ax.set(ylim=(-3, 3))
    return figure


@pytest.fixture(scope="module")
def view():
    return explore(line, alt=ALT, caption="A <line>", start={"kind": "down"}, x=[0.1 + 0.2, 2], kind=["up", "down"])


def data(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL).group(1))


def test_start_is_found_as_it_is_shown():
    assert explore(line, alt="{x}", start={"x": 0.3}, x=[0.1, 0.1 + 0.2]).start == [1]


def test_page_starts_where_asked(view):
    assert 'alt="Line to 0.3, down"' in view.html
    assert "Shown for x = 0.3, kind = down" in view.html
    assert "A &lt;line&gt;" in view.html


def test_every_combination_has_its_picture_and_its_alt(view):
    packed = data(view.html)
    assert packed["alts"] == ["Line to 0.3, up", "Line to 0.3, down", "Line to 2, up", "Line to 2, down"]
    assert json.loads(unescape(re.search('data-texts="([^"]*)"', view.html).group(1))) == [["0.3", "2"], ["up", "down"]]
    pictures = {"".join(packed["pieces"][k] for k in frame) for frame in packed["frames"]}
    assert len(pictures) == 4


def test_inputs_are_labelled(view):
    inputs = re.findall(r"<input[^>]*>", view.html)
    assert len(inputs) == 2
    assert 'aria-label="kind"' in inputs[1] and 'aria-valuetext="down"' in inputs[1] and 'value="1"' in inputs[1]


def test_html_is_the_same_on_every_run_and_asks_nobody(view):
    again = explore(line, alt=ALT, caption="A <line>", start={"kind": "down"}, x=[0.1 + 0.2, 2], kind=["up", "down"])
    assert again._key() == view._key()
    assert not re.search(r"(src|href)=.https?:", view.html)


def test_different_figures_have_different_ids(view):
    assert explore(line, alt="{x}", x=[0, 1])._key() != view._key()


def test_a_caption_cannot_end_the_script(view):
    closing = explore(line, alt="</script>{x}", x=[1, 2])
    assert data(closing.html)["alts"][0] == "</script>1"


def test_live_view_shows_the_same_pictures(view):
    live = view.widget()
    first, second, image, caption = live.children
    assert [label for label, _ in second.options] == ["up", "down"]
    assert "Line to 0.3, down" in image.value
    first.value = 1
    assert "Line to 2, down" in image.value
    assert "A &lt;line&gt;" in caption.value


def watched(monkeypatch, where):
    monkeypatch.setattr(sys.modules["derived.viz.explore"], "watcher", lambda: where)


@pytest.fixture
def live(monkeypatch):
    watched(monkeypatch, "notebook")


@pytest.mark.usefixtures("live")
def test_bundle_offers_widget_page_and_text(view):
    bundle = view._repr_mimebundle_()
    assert set(bundle) == {WIDGET_VIEW, "text/html", "text/plain"}
    assert bundle["text/plain"] == "A <line>: 4 pictures over x (2), kind (2)"


@pytest.mark.usefixtures("live")
def test_without_ipywidgets_the_page_remains(view, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(view._repr_mimebundle_()) == {"text/html", "text/plain"}


@pytest.mark.parametrize("where", [None, "terminal"])
def test_where_no_reader_moves_sliders_the_page_is_enough(view, monkeypatch, where):
    watched(monkeypatch, where)
    assert set(view._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_a_figure_too_rich_for_svg_becomes_png():
    def noise(seed):
        figure, ax = plt.subplots(figsize=(2, 1.5))
        ax.scatter(*np.random.default_rng(seed).normal(size=(2, 2000)), s=4)
        return figure

    packed = data(explore(noise, alt="Noise {seed}", seed=[1, 2, 3]).html)
    assert packed["prefix"] == ""
    assert packed["pieces"][0].startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "sliders are missing"),
        ({"x": [1]}, "x is .1., expected at least two"),
        ({"x": range(10), "kind": "abcde"}, "50 pictures, expected at most 40: give x .10 values. fewer"),
        ({"x": [1, 2], "start": {"x": 3}}, "start.'x'. is 3, expected one of .1, 2."),
        ({"x": [1, 2], "start": {"y": 3}}, "start.'y'"),
        ({"x": [1, 2], "alt": ""}, "alt is empty"),
        ({"x": [1, 2], "labels": {"y": "why"}}, "labels name .'y'."),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore(line, **{"alt": "x", **arguments})


def test_refuses_more_than_a_page_can_bear():
    def noise(seed):
        figure, ax = plt.subplots(figsize=(6, 6))
        ax.imshow(np.random.default_rng(seed).random((600, 600)))
        return figure

    with pytest.raises(ValueError, match=f"expected at most {MOST_BYTES // 1000} kB: give seed .2 values."):
        explore(noise, alt="Noise", seed=[1, 2])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333"),
        (-2, "−2"),
        (12345, "12345"),
        (1234.5, "1234"),
        (0.00012345, "0.000123"),
        (1e-9, "1e−9"),
        (2.5e7, "2.5e7"),
        (-0.5, "−0.5"),
        (0.0, "0"),
        (np.float32(0.1), "0.1"),
        (np.int64(7), "7"),
        (True, "on"),
        (np.True_, "on"),
        ("XOR", "XOR"),
        (float("inf"), "∞"),
    ],
)
def test_values_are_shown_sensibly(value, text):
    assert shown(value) == text


def test_alt_may_be_a_function_and_have_formats():
    assert explore(line, alt=lambda x: f"up to {x:+d}", x=[1, 2]).alts == ["up to +1", "up to +2"]
    assert explore(line, alt="{x:.2f}", x=[1, 2]).alts == ["1.00", "2.00"]


def test_button_moves_the_slider_that_is_time():
    view = explore(line, alt=ALT, play="x", kind=["up", "down"], x=[0, 1, 2])
    assert '<button type="button" data-play="1">' in view.html
    assert "data-play=" not in explore(line, alt="{x}", x=[0, 1]).html.replace("[data-play]", "")
    player = view.widget().children[2]
    assert (player.min, player.max) == (0, 2)


def test_play_must_be_a_slider():
    with pytest.raises(ValueError, match=r"explore: play is 'y', expected one of \['x'\]"):
        explore(line, alt="{x}", play="y", x=[0, 1])


def test_address_of_a_figure_outlives_its_wording(view):
    again = explore(line, alt="Other words", caption="New", x=[0, 1], kind=["up", "down"])
    assert again._key() == view._key()
