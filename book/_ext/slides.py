"""Chapters as slides: ``?slides`` in the address of a chapter shows it with reveal.js, cell by cell.

What a cell is to the speaker stands in its metadata, as JupyterLab writes them under ``slideshow``: ``slide``,
``subslide``, ``fragment``, ``skip``, ``notes``, ``-`` (goes on on the slide before).  Where a cell says nothing, a
heading of the first or second level begins a slide to the right, other text one below, and code belongs to what was
said before it.  The page carries the types as comments; ``slides.js`` takes it apart in the reader's browser.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.render import MditRenderMixin

PACKAGE = "sphinx_revealjs"
FILES = ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js")
TYPES = ("slide", "subslide", "fragment", "skip", "notes", "-")
BEGINS = re.compile(r"\s*##? ")
GOES_ON = re.compile(r"\s*`{3,}\{(?:exercise-end|solution-start|solution-end)\}")


def slide_type(metadata: dict, beginning: str | None) -> str:
    """What a cell is on the slides: as its metadata say, else by how its text begins (None for code).

    Raises
    ------
    ValueError
        If the metadata name a type that there is not.
    """
    named = metadata.get("slideshow", {}).get("slide_type")
    if named is not None and named not in TYPES:
        raise ValueError(f"slideshow: slide_type is {named!r}, expected one of {', '.join(TYPES)}")
    if named is not None or beginning is None or GOES_ON.match(beginning):
        return named or "-"
    return "slide" if BEGINS.match(beginning) else "subslide"


def marked(render: Any) -> Any:
    """The renderer's method for cells of one kind, with a comment before each cell that says its type."""

    def rendered(self: Any, token: Any) -> None:
        first = next(iter(token.children), None)
        kind = slide_type(token.meta["metadata"], first and f"{first.markup}{first.info} ")
        if not isinstance(self.current_node, nodes.document):
            self.current_node.append(nodes.raw("", f"<!--cell {kind}-->", format="html"))
        render(self, token)

    return rendered


def copy(app: Any, error: Exception | None) -> None:
    """Put reveal.js, which the Python package sphinx-revealjs brings along, into the site."""
    if error is not None or app.builder.format != "html":
        return
    folder = Path(find_spec(PACKAGE).submodule_search_locations[0]) / "_static" / "revealjs"
    target = Path(app.outdir) / "_static" / "reveal"
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(folder / name, target / Path(name).name)


def button(app: Any, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    """A button on top of each chapter."""
    if pagename.startswith("chapters/") and "header_buttons" in context:
        context["header_buttons"].append(
            {"type": "link", "url": "?slides", "icon": "fas fa-chalkboard", "tooltip": "Show as slides",
             "label": "slides-button"})  # fmt: skip


def setup(app: Any) -> dict[str, Any]:
    """Mark the cells, offer the button."""
    for name in ("render_nb_cell_markdown", "render_nb_cell_code"):
        method = getattr(MditRenderMixin, name)
        if method.__module__ != __name__:
            setattr(MditRenderMixin, name, marked(method))
    app.connect("html-page-context", button, priority=502)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
