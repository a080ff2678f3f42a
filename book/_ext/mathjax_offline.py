"""MathJax from the Python package ``sphinx-mathjax-offline`` instead of a CDN.

Only what the pages load goes into the site: the parts that turn TeX into CHTML, their fonts, and the few TeX extensions
that MathJax fetches by itself when a formula needs them.  The ready-made bundle of the same parts is half as large
again, because it has a menu.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes

PACKAGE = "sphinx-mathjax-offline"
START = "startup.js"
LOADED = ("input/tex", "output/chtml", "a11y/assistive-mml")
LAZY = "ui/lazy"  # sets a formula when it comes near the view, and all of them before the page is printed
MANY = 1000  # formulas of a page from which on a reader would wait too long for all of them
FOLLOW = ("core", "output/chtml/fonts/tex")  # MathJax fetches these itself, one before and one after the others
FONTS = "output/chtml/fonts/woff-v2"
EXTENSIONS = ("boldsymbol", "braket", "cancel", "color", "enclose")  # what \boldsymbol, \color … ask for


def source() -> Path:
    """Folder of MathJax inside the installed package.

    Raises
    ------
    FileNotFoundError
        If the package is not installed: a site without it would show raw TeX.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the Python package {PACKAGE} is missing: pip install -r requirements.in")
    return Path(spec.submodule_search_locations[0]) / "static" / "mathjax"


def wanted(folder: Path) -> list[Path]:
    """Files of MathJax that the site needs, relative to `folder`."""
    fonts = sorted(path.relative_to(folder) for path in (folder / FONTS).glob("*.woff"))
    parts = [*LOADED, LAZY, *FOLLOW, *(f"input/tex/extensions/{name}" for name in EXTENSIONS)]
    return [Path(START), *fonts, *(Path(f"{name}.js") for name in parts)]


def copy(app: Any) -> None:
    """Copy MathJax into ``_static/mathjax`` of a build that produces HTML."""
    if app.builder.format != "html":
        return
    folder, target = source(), Path(app.outdir) / "_static" / "mathjax"
    for path in wanted(folder):
        new = target / path
        if new.with_suffix(".woff2").exists():
            continue  # finished_site has written this font anew
        if not new.exists() or new.stat().st_size != (folder / path).stat().st_size:
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, new)


def configure(app: Any, config: Any) -> None:
    """Where the pages find MathJax, and which of its parts it is to load."""
    config.mathjax_path = f"mathjax/{START}"
    config.mathjax3_config = {**(config.mathjax3_config or {}), "loader": {"load": list(LOADED)}}


def ask_for_lazy_setting(app: Any, page: str, template: str, context: Any, doctree: nodes.document | None) -> None:
    """Let MathJax wait with the formulas of a page that has very many, like the sheet of all formulas."""
    if doctree is not None and sum(1 for _ in doctree.findall(is_formula)) > MANY:
        app.add_js_file(None, body=f'MathJax.loader.load.push("{LAZY}");', priority=600)


def is_formula(node: nodes.Node) -> bool:
    """True for an inline or displayed formula."""
    return isinstance(node, nodes.math | nodes.math_block)


def setup(app: Any) -> dict[str, Any]:
    """Register the copy and the settings."""
    app.connect("html-page-context", ask_for_lazy_setting)
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
