"""Remove the ids that sphinx-proof and sphinx-exercise give to every box alike.

``proof-content``, ``exercise-content`` and their like stand once per box; an id may stand only once per page, and
nothing refers to these.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes

REPEATED = {"proof", "proof-content", "exercise-content", "solution-content"}


def remove(app: Any, doctree: nodes.document, docname: str) -> None:
    """Take the repeated ids off the nodes of a page."""
    for node in doctree.findall(lambda found: isinstance(found, nodes.section | nodes.admonition)):
        node["ids"] = [one for one in node["ids"] if one not in REPEATED]


def setup(app: Any) -> dict[str, Any]:
    """Connect to the writing of pages."""
    app.connect("doctree-resolved", remove)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
