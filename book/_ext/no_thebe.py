"""Take scripts and styles off the pages that do not use them.

Jupyter Book loads sphinx-thebe whether or not it is used.  Its script is declared twice on each page (an error in
the console) and names another host.  The book has no live cells in the page: Binder and Colab are one click away.
sphinx-design, which it loads as well, stays on pages with its cards, grids or tabs.
"""

from __future__ import annotations

from typing import Any

DESIGN = ("sphinx-design.min.css", "design-tabs.js")


def disconnect(app: Any, config: Any) -> None:
    """Remove the event handlers that sphinx-thebe registered."""
    for listeners in app.events.listeners.values():
        for listener in [found for found in listeners if found.handler.__module__ == "sphinx_thebe"]:
            app.disconnect(listener.id)
    app.registry.css_files[:] = [entry for entry in app.registry.css_files if entry[0] != "sphinx-thebe.css"]


def leave_out(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Take sphinx-design's files off a page without its classes."""
    if 'class="sd-' in context.get("body", ""):
        return
    for kind in ("css_files", "script_files"):
        context[kind][:] = [file for file in context[kind] if not str(file.filename).endswith(DESIGN)]


def setup(app: Any) -> dict[str, Any]:
    """Disconnect once all extensions are loaded."""
    app.connect("config-inited", disconnect)
    app.connect("html-page-context", leave_out, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
