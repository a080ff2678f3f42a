"""Pictures for sliders: what is packed comes out again, small, and no figure stays open."""

import base64
import io
import re
import urllib.parse
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from derived.viz import frames


def wave(k=1):
    figure, ax = plt.subplots(figsize=(4, 2))
    x = np.linspace(0, 6, 100)
    ax.plot(x, np.sin(k * x))
    ax.set(title="Wave", xlabel="time", ylim=(-1.1, 1.1))
    return figure


def test_what_is_packed_comes_out_again():
    drawn = [frames.draw(wave, {"k": k}, frames.svg) for k in (1, 2, 3)]
    packed = frames.pack(drawn)
    for k, (size, text) in enumerate(drawn):
        assert (packed.width, packed.height) == size == (384, 192)
        assert urllib.parse.unquote(packed.uri(k)) == "data:image/svg+xml," + text


def test_an_address_is_safe_in_an_attribute():
    uri = frames.pack([frames.draw(wave, {"k": 1}, frames.svg)]).uri(0)
    assert not re.search(r'["<>#%&](?<!%)', uri.split(",", 1)[1])


def test_what_repeats_is_stored_once():
    drawn = [frames.draw(wave, {"k": k}, frames.svg) for k in range(1, 11)]
    assert frames.pack(drawn).size < 0.4 * sum(len(text) for _, text in drawn)


def test_pieces_that_follow_each_other_are_joined():
    pieces, merged = frames._merge(list("abcde"), [[0, 1, 2, 3], [0, 1, 4, 3], [0, 1, 2, 3]])
    assert sorted(pieces) == ["ab", "c", "d", "e"]
    assert ["".join(pieces[k] for k in frame) for frame in merged] == ["abcd", "abed", "abcd"]


def test_svg_is_valid_and_keeps_hundredths_of_a_point():
    figure = wave()
    full = io.StringIO()
    figure.savefig(full, format="svg")
    small = frames.svg(figure)
    plt.close(figure)
    ElementTree.fromstring(small)
    assert len(small) < 0.85 * len(full.getvalue())
    assert "<metadata" not in small and "<!--" not in small
    numbers = [float(x) for x in re.findall(r"-?\d+\.\d+", re.search(r" d='(M[^']*)'", small).group(1))]
    wanted = [float(x) for x in re.findall(r"-?\d+\.?\d*", re.search(r' d="(M[^"]*)"', full.getvalue()).group(1))]
    np.testing.assert_allclose(numbers, [x for x in wanted if x != int(x)], atol=0.0051)


def test_png_is_sharp_and_has_a_palette():
    (width, height), uri = frames.draw(wave, {}, frames.png)
    image = Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1])))
    assert image.mode == "P"
    assert image.size == (1.5 * width, 1.5 * height)
    assert frames.pack([((width, height), uri)]).uri(0) == uri


def draws_on_pyplot():
    wave()


def returns_axes():
    return wave().axes[0]


def returns_unregistered():
    figure = Figure(figsize=(4, 2))
    figure.subplots().plot([0, 1])
    return figure


@pytest.mark.parametrize("fn", [wave, draws_on_pyplot, returns_axes, returns_unregistered])
def test_every_way_to_draw_works_and_leaves_no_figure_open(fn):
    mine = plt.figure()
    size, text = frames.draw(fn, {}, frames.svg)
    assert size == (384, 192) and text.startswith("<svg")
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_a_figure_is_closed_when_drawing_fails():
    def breaks():
        plt.figure()
        raise KeyError("data")

    with pytest.raises(KeyError):
        frames.draw(breaks, {}, frames.svg)
    assert not plt.get_fignums()


def test_no_figure_is_an_error():
    with pytest.raises(ValueError, match="fn returned 3 and opened no figure"):
        frames.draw(lambda: 3, {}, frames.svg)


def test_pictures_must_have_one_size():
    with pytest.raises(ValueError, match="expected one figsize"):
        frames.pack([((1, 1), "a"), ((1, 2), "b")])


def test_the_axes_keep_their_places():
    def labelled(text):
        fig, ax = plt.subplots(figsize=(3, 2), layout="constrained")
        ax.set_ylabel(text)
        places.append(ax)

    places: list = []
    frames.draw_all(labelled, [{"text": "one"}, {"text": "a label\nof two lines"}], frames.svg)
    together = [ax.get_position().bounds for ax in places]
    places.clear()
    for text in ("one", "a label\nof two lines"):
        frames.draw(labelled, {"text": text}, frames.svg)
    alone = [ax.get_position().bounds for ax in places]
    assert together[0] == together[1] == alone[0] != alone[1]
