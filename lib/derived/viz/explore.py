"""Figures with sliders that work in a live notebook and on a static page, from one call."""

import hashlib
import html
import itertools
import json
import math
import re
import string
from collections.abc import Callable, Sequence
from functools import cached_property
from numbers import Integral, Real

import numpy as np

from derived.training.progress import watcher
from derived.viz import frames
from derived.viz.page import STEP, page, picture

__all__ = ["Explorer", "explore", "shown"]

MOST_FRAMES = 40
MOST_BYTES = 300_000
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def explore(
    fn: Callable,
    *,
    alt: str | Callable[..., str],
    caption: str | None = None,
    labels: dict[str, str] | None = None,
    start: dict[str, object] | None = None,
    play: str | None = None,
    **sliders: Sequence,
) -> "Explorer":
    """Draw ``fn`` for every combination of slider values and show the pictures under sliders.

    Every picture is drawn at once, in a live notebook too: a kernel cannot know whether its outputs will be
    read on a page, so both views share the same pictures and the one execution serves both.

    Parameters
    ----------
    fn
        Called as ``fn(**values)``; returns a Figure or Axes, or draws with pyplot and returns None.
        Fix the axis limits in it, or the axes jump from picture to picture.
    alt
        What a picture shows, for those who cannot see it: a format string over the values
        (``"Path for a rate of {lr}"``) or a function of them.
    caption
        Plain text below the picture.
    labels
        The names shown at the sliders, where they differ from the names of the arguments.
    start
        The value shown first, for each slider named; the others start at their first value.
    play
        The slider that a button moves by itself: one whose values are moments in time.
    **sliders
        The values of each slider: numbers or strings, at most 40 combinations in all.

    Raises
    ------
    ValueError
        For a slider with fewer than two values, a start that is not among the values, a `play` that is no
        slider, no alt text, more than 40 pictures or more than 300 kB of HTML; the message names the argument.
    """
    sliders = {name: list(values) for name, values in sliders.items()}
    _check_sliders(sliders)
    positions = dict.fromkeys(sliders, 0)
    for name, value in (start or {}).items():
        # Compared as shown: 0.3 finds the 0.30000000000000004 of np.linspace.
        texts = [shown(known) for known in sliders.get(name, [])]
        if shown(value) not in texts:
            raise ValueError(f"explore: start[{name!r}] is {value!r}, expected one of {sliders.get(name)}")
        positions[name] = texts.index(shown(value))
    if strange := set(labels or {}) - set(sliders):
        raise ValueError(f"explore: labels name {sorted(strange)}, expected sliders among {list(sliders)}")
    if play is not None and play not in sliders:
        raise ValueError(f"explore: play is {play!r}, expected one of {list(sliders)}")
    labels = {name: (labels or {}).get(name, name) for name in sliders}
    if not alt:
        raise ValueError("explore: alt is empty, expected a text that says what the picture shows")
    view = Explorer(fn, alt, caption, labels, list(positions.values()), sliders, play)
    if (size := len(view.html)) > MOST_BYTES:
        raise ValueError(
            f"explore: the pictures take {size / 1000:.0f} kB, expected at most {MOST_BYTES / 1000:.0f} kB: "
            f"give {_longest(sliders)} fewer values or draw a smaller, plainer figure"
        )
    return view


class Explorer:
    """Pictures under sliders; see :func:`explore`."""

    def __init__(
        self,
        fn: Callable,
        alt: str | Callable[..., str],
        caption: str | None,
        labels: dict[str, str],
        start: list[int],
        sliders: dict[str, list],
        play: str | None = None,
    ) -> None:
        self.caption, self.labels, self.start, self.sliders = caption, labels, start, sliders
        self.play = play
        self.name = getattr(fn, "__name__", "figure")
        combinations = [
            dict(zip(sliders, picked, strict=True)) for picked in itertools.product(*sliders.values())
        ]
        self.alts = [_alt(alt, values) for values in combinations]
        self.pack = frames.pack(frames.draw_all(fn, combinations, frames.svg))
        if self.pack.size > MOST_BYTES * 0.8:
            smaller = frames.pack(frames.draw_all(fn, combinations, frames.png))
            self.pack = min(self.pack, smaller, key=lambda pack: pack.size)

    def index(self, positions: Sequence[int]) -> int:
        """The number of the picture for the given position of each slider."""
        number = 0
        for position, values in zip(positions, self.sliders.values(), strict=True):
            number = number * len(values) + position
        return number

    @cached_property
    def html(self) -> str:
        """The static form; see :func:`derived.viz.page.page`."""
        first = self.index(self.start)
        texts = [[shown(value) for value in values] for values in self.sliders.values()]
        labels = list(self.labels.values())
        play = None if self.play is None else list(self.sliders).index(self.play)
        return page(self._key(), self.pack, self.alts, self.caption, labels, texts, self.start, first, play)

    def _key(self) -> str:
        """An id that outlives new wording and new values, so that links to the figure do."""
        return "explore-" + hashlib.sha256(json.dumps([self.name, *self.sliders]).encode()).hexdigest()[:10]

    def widget(self) -> object:
        """The live form: the same pictures under ipywidgets sliders."""
        import ipywidgets

        width = f"{max(map(len, self.labels.values())) * 0.6 + 1:.1f}em"
        sliders = [
            ipywidgets.SelectionSlider(
                options=[(shown(value), position) for position, value in enumerate(values)],
                value=at,
                description=self.labels[name],
                continuous_update=True,
                layout={"width": "36em", "max_width": "100%"},
                style={"description_width": width},
            )
            for (name, values), at in zip(self.sliders.items(), self.start, strict=True)
        ]
        image = ipywidgets.HTML()

        def show(_change: object = None) -> None:
            current = self.index([control.value for control in sliders])
            image.value = picture(self.pack, current, self.alts[current])

        for control in sliders:
            control.observe(show, names="value")
        show()
        player = []
        if self.play is not None:
            slider = sliders[list(self.sliders).index(self.play)]
            player = [ipywidgets.Play(min=0, max=len(slider.options) - 1, interval=STEP)]
            ipywidgets.jslink((player[0], "value"), (slider, "index"))
        caption = [ipywidgets.HTML(f"<p>{html.escape(self.caption)}</p>")] if self.caption else []
        return ipywidgets.VBox([*sliders, *player, image, *caption])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        bundle = {"text/plain": repr(self), "text/html": self.html}
        if watcher() != "notebook":  # the build of a page: ipywidgets would cost it half a second for nothing
            return bundle
        try:
            bundle[WIDGET_VIEW] = self.widget()._repr_mimebundle_()[WIDGET_VIEW]
        except (ImportError, KeyError):
            pass
        return bundle

    def __repr__(self) -> str:
        over = ", ".join(f"{self.labels[name]} ({len(values)})" for name, values in self.sliders.items())
        return f"{self.caption or self.name}: {len(self.alts)} pictures over {over}"


def shown(value: object) -> str:
    """A slider's value as text: numbers to three digits, whole numbers whole, a true minus sign."""
    if isinstance(value, (bool, np.bool_)):
        return "on" if value else "off"
    if not isinstance(value, Real):
        return str(value)
    value = value if isinstance(value, Integral) else float(value)
    if isinstance(value, Integral) or 1000 <= abs(value) < 1e6:
        text = f"{value:.0f}"
    else:
        text = re.sub(r"e([+-])0*", r"e\1", f"{value:.3g}").replace("e+", "e")
    return text.replace("inf", "∞").replace("-", "−")


class _Readable(string.Formatter):
    def format_field(self, value: object, spec: str) -> str:
        return super().format_field(value, spec) if spec else shown(value)


def _alt(alt: str | Callable[..., str], values: dict) -> str:
    return alt(**values) if callable(alt) else _Readable().format(alt, **values)


def _longest(sliders: dict[str, list]) -> str:
    name = max(sliders, key=lambda slider: len(sliders[slider]))
    return f"{name} ({len(sliders[name])} values)"


def _check_sliders(sliders: dict[str, list]) -> None:
    if not sliders:
        raise ValueError("explore: sliders are missing, expected at least one argument such as lr=[0.1, 1.0]")
    for name, values in sliders.items():
        if len(values) < 2:
            raise ValueError(f"explore: {name} is {values}, expected at least two values")
    number = math.prod(map(len, sliders.values()))
    if number > MOST_FRAMES:
        raise ValueError(
            f"explore: {number} pictures, expected at most {MOST_FRAMES}: "
            f"give {_longest(sliders)} fewer values"
        )
