"""The one look of all figures: named colours, sizes, and settings that make an SVG the same on every run."""

import functools
import gc
import io
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import textpath
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.mathtext import MathTextParser

from derived.viz.ticks import sparse_log_ticks

__all__ = ["colors", "cycle", "diverging", "line_styles", "markers", "sequential", "sizes", "svg", "use_style"]

# The seven of `cycle` have contrast 3:1 or more on white paper and stay apart for readers with protan, deutan or
# tritan vision (both tested). Grey is for axes, red for gradients, light and pale for filling.
colors = SimpleNamespace(
    blue="#0A4DB0",
    orange="#D9571A",
    green="#1A7A52",
    purple="#B8639C",
    brown="#5C3A12",
    sky="#2F94EA",
    ink="#1F2328",
    grey="#6B7280",
    red="#B3122A",
    light="#CFE3F3",
    pale="#E7EBF0",
    paper="#FFFFFF",
)
cycle = (colors.blue, colors.orange, colors.green, colors.purple, colors.brown, colors.sky, colors.ink)
line_styles = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (7, 2)), (0, (3, 1)))
markers = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
sequential = "viridis"
diverging = "RdBu_r"
sizes = SimpleNamespace(
    small=(3.6, 2.7), single=(5.2, 3.4), square=(4.2, 4.2), wide=(7.6, 3.0), tall=(7.6, 5.6)
)

_one_parser = functools.cache(MathTextParser)
_text, _measure = textpath.TextToPath(), textpath.TextToPath.get_text_width_height_descent
_outline = textpath.TextToPath.get_glyphs_with_font
_measured = functools.cache(functools.partial(_measure, _text))
_outlined = functools.cache(functools.partial(_outline, _text))


def use_style() -> None:
    """Give every figure of this session the book's look; in a notebook also make figures deterministic SVG.

    Call it once, in the first cell. Colours and line styles change together from curve to curve, so that no
    curve is told from another by colour alone. The salt and the missing date make the same figure the same
    bytes. Text becomes outlines: a reader without our font sees what the author saw. Titles stand directly above
    the frame, which saves the search for a free place; give ``y`` where ticks or a power of ten stand on top.
    """
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=cycle, linestyle=line_styles),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": colors.grey,
            "axes.labelcolor": colors.ink,
            "axes.titlesize": "medium",
            "axes.titlelocation": "left",
            "axes.titley": 1.0,
            "axes.axisbelow": True,
            "axes.grid": False,
            "figure.figsize": sizes.single,
            "figure.facecolor": colors.paper,
            "figure.constrained_layout.use": True,
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "grid.color": colors.pale,
            "image.cmap": sequential,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "lines.markersize": 5,
            "savefig.facecolor": colors.paper,
            "svg.fonttype": "path",
            "svg.hashsalt": "deep-learning-derived",
            "text.color": colors.ink,
            "xtick.color": colors.grey,
            "ytick.color": colors.grey,
            "xtick.labelcolor": colors.ink,
            "ytick.labelcolor": colors.ink,
        }
    )
    _share_text()
    sparse_log_ticks()
    if _in_kernel():
        _draw_for_pages()
        gc.freeze()  # what is imported by now stays: searching it for garbage takes half a second a chapter


def _share_text() -> None:
    # A parser remembers formulas, but each drawing makes its own: powers of ten at an axis would cost 8 ms each, again
    # and again. Now all drawings share it, and the widths and outlines of plain text, up to a third of a picture.
    textpath.MathTextParser = backend_agg.MathTextParser = _one_parser
    textpath.TextToPath.get_text_width_height_descent = lambda _, *what: _measured(*what)
    textpath.TextToPath.get_glyphs_with_font = _outlines


def _outlines(_: textpath.TextToPath, font: FT2Font, text: str, glyph_map: dict | None = None,
              return_new_glyphs_only: bool = False, **options: object) -> tuple[list, dict, list]:  # fmt: skip
    """Places of the letters of a text and the outlines of those that are new to the drawing, as Matplotlib has them."""
    places, outlines, rectangles = _outlined(font, text, **options)
    known = {} if glyph_map is None else glyph_map
    new = {letter: outline for letter, outline in outlines.items() if letter not in known}
    return places, new if return_new_glyphs_only else known | new, rectangles


def _draw_for_pages() -> None:
    from IPython import get_ipython
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg")
    get_ipython().display_formatter.formatters["image/svg+xml"].for_type(Figure, svg)
    # After each cell pyplot draws open figures for a window that a notebook does not have; they are then
    # drawn again for the page.
    plt.uninstall_repl_displayhook()


def svg(figure: Figure) -> str | None:
    """The SVG that IPython would make of a figure, cut to what is drawn, in a fifth less time.

    IPython's way rehearses the whole drawing to find the layout; the layout alone is enough. The date is left out.
    """
    if not figure.axes and not figure.lines:
        return None
    dpi, canvas, engine = figure.dpi, figure.canvas, figure.get_layout_engine()
    FigureCanvasSVG(figure)
    figure.dpi = 72  # of every SVG
    try:
        if engine is not None:
            engine.execute(figure)
        box = figure.get_tightbbox().padded(mpl.rcParams["savefig.pad_inches"])
        with mpl.rc_context({"figure.constrained_layout.use": False}):
            figure.set_layout_engine(None)
            text = io.StringIO()
            figure.savefig(text, format="svg", bbox_inches=box, dpi=dpi, facecolor=figure.get_facecolor(),
                           edgecolor=figure.get_edgecolor(), metadata={"Date": None})  # fmt: skip
    finally:
        figure.dpi = dpi
        figure.set_canvas(canvas)
        if engine is not None:
            figure.set_layout_engine(engine)
    return text.getvalue()


def _in_kernel() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")
