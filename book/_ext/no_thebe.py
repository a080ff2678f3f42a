"""Take sphinx-thebe's scripts off the pages.

Jupyter Book loads sphinx-thebe whether or not it is used.  Its script is declared twice on each page (an error in
the console) and names another host.  The book has no live cells in the page: Binder and Colab are one click away.
"""

from __future__ import annotations

from typing import Any


def disconnect(app: Any, config: Any) -> None:
    """Remove the event handlers that sphinx-thebe registered."""
    for listeners in app.events.listeners.values():
        for listener in [found for found in listeners if found.handler.__module__ == "sphinx_thebe"]:
            app.disconnect(listener.id)
    app.registry.css_files[:] = [entry for entry in app.registry.css_files if entry[0] != "sphinx-thebe.css"]


def setup(app: Any) -> dict[str, Any]:
    """Disconnect once all extensions are loaded."""
    app.connect("config-inited", disconnect)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
