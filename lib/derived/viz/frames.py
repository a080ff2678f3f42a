"""Pictures for sliders: one figure per combination of values, packed so that what repeats is stored once."""

import base64
import io
import re
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

__all__ = ["Pack", "draw", "draw_all", "pack", "png", "svg"]

CSS_PIXELS_PER_INCH = 96
SCALE = 1.5
COLOURS = 64


@dataclass(frozen=True)
class Pack:
    """Pictures as lists of numbered pieces: picture `k` is ``prefix`` and the pieces ``frames[k]``, joined.

    ``prefix`` is empty where the pieces are whole addresses (PNG); for SVG the text is still to be quoted.
    """

    width: int
    height: int
    prefix: str
    pieces: list[str]
    frames: list[list[int]]

    def uri(self, k: int) -> str:
        """Picture `k` as an address for the ``src`` of an image."""
        text = "".join(self.pieces[i] for i in self.frames[k])
        return self.prefix + urllib.parse.quote(text, safe=" '()=:;,/!*@$[]") if self.prefix else text

    @property
    def size(self) -> int:
        """Characters of all pieces together."""
        return sum(map(len, self.pieces))


def draw(fn: Callable, values: dict, save: Callable[[Figure], str]) -> tuple[tuple[int, int], str]:
    """Size in CSS pixels and picture of what ``fn(**values)`` draws; closes the figures that it opens."""
    before = set(plt.get_fignums())
    try:
        figure = _figure(fn(**values), before)
        size = tuple(round(inches * CSS_PIXELS_PER_INCH) for inches in figure.get_size_inches())
        return size, save(figure)
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


def draw_all(
    fn: Callable, combinations: Sequence[dict], save: Callable[[Figure], str]
) -> list[tuple[tuple[int, int], str]]:
    """:func:`draw` each combination of values; the axes keep the places that they have in the first picture.

    So nothing jumps under a slider, and the layout, nearly half of the work of a picture, is found once. Without an
    engine for it (None, where "none" would keep its place) Matplotlib also draws once, and not twice, to save.
    """
    places: list[Bbox] = []

    def save_in_place(figure: Figure) -> str:
        if len(figure.axes) == len(places):
            with mpl.rc_context({"figure.constrained_layout.use": False}):
                figure.set_layout_engine(None)
            for axes, place in zip(figure.axes, places, strict=True):
                axes.set_position(place)
        text = save(figure)
        places[:] = [axes.get_position(original=True) for axes in figure.axes]
        return text

    return [draw(fn, values, save_in_place) for values in combinations]


def pack(drawn: Sequence[tuple[tuple[int, int], str]]) -> Pack:
    """Put the pictures of one figure together, each different piece once.

    Axes, labels and letters are the same in most pictures of one figure: twenty vector pictures packed this
    way take about a quarter of twenty PNG files, and are sharp at every zoom.
    """
    if len(sizes := {size for size, _ in drawn}) > 1:
        raise ValueError(f"explore: the pictures have sizes {sorted(sizes)}, expected one figsize for all")
    (width, height), first = drawn[0]
    vector = first.startswith("<")
    numbers: dict[str, int] = {}
    frames = []
    for _, text in drawn:
        pieces = re.split(r"(?<=>)(?=<)", text) if vector else [text]
        frames.append([numbers.setdefault(piece, len(numbers)) for piece in pieces])
    return Pack(width, height, "data:image/svg+xml," if vector else "", *_merge(list(numbers), frames))


def _merge(pieces: list[str], frames: list[list[int]]) -> tuple[list[str], list[list[int]]]:
    """Join pieces that always follow each other: fewer, longer pieces."""
    before: dict[int, set[int]] = {}
    after: dict[int, set[int]] = {}
    for frame in frames:
        for left, right in zip([-1, *frame], [*frame, -1], strict=True):
            after.setdefault(left, set()).add(right)
            before.setdefault(right, set()).add(left)
    numbers: dict[tuple[int, ...], int] = {}
    merged = []
    for frame in frames:
        runs: list[list[int]] = []
        for k in frame:
            left = runs[-1][-1] if runs else -1
            if left >= 0 and after[left] == {k} and before[k] == {left}:
                runs[-1].append(k)
            else:
                runs.append([k])
        merged.append([numbers.setdefault(tuple(run), len(numbers)) for run in runs])
    return ["".join(pieces[k] for k in run) for run in numbers], merged


def svg(figure: Figure) -> str:
    """The figure as SVG without what a page does not need: comments, metadata, digits beyond 1/100 point."""
    raw = io.StringIO()
    figure.savefig(raw, format="svg", bbox_inches=None, metadata={"Date": None})
    text = raw.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(?<= )(?:d|x|y)="[^"]*"', lambda attribute: _rounded(attribute.group()), text)
    text = re.sub(r">\s+<", "><", text.strip())
    return text if "'" in text else text.replace('"', "'")


def _rounded(text: str) -> str:
    short = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number.group()):.2f}", text)
    return re.sub(r"\s+", " ", short).replace(' "', '"')


def png(figure: Figure) -> str:
    """The figure as the address of a PNG; with a palette drawings are about five times smaller."""
    raw, small = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, format="png", dpi=CSS_PIXELS_PER_INCH * SCALE, bbox_inches=None)
    image = Image.open(raw).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(small.getvalue()).decode("ascii")


def _figure(drawn: object, before: set[int]) -> Figure:
    if isinstance(drawn, Figure):
        return drawn
    if isinstance(figure := getattr(drawn, "figure", None), Figure):
        return figure
    if drawn is None and set(plt.get_fignums()) - before:
        return plt.gcf()
    raise ValueError(f"explore: fn returned {drawn!r} and opened no figure, expected a Figure, Axes or None")
