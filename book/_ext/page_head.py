"""A description of each page for search engines and link previews: its own first paragraph.

A page that wants other words sets ``html_meta: description`` in its front matter.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes

LENGTH = 160


def first_paragraph(doctree: nodes.document) -> str:
    """The first paragraph that stands directly in a section, or is its lead, cut at a word to `LENGTH` characters."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        parent = paragraph.parent
        if (isinstance(parent, nodes.section) or "lead" in parent.get("classes", [])) and len(text) > 40:
            return text if len(text) <= LENGTH else text[: LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return ""


def describe(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Add the description to the head of a page."""
    tags = context.get("metatags", "")
    if doctree is None or 'name="description"' in tags:
        return
    text = first_paragraph(doctree).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    if text:
        context["metatags"] = f'{tags}\n<meta name="description" content="{text}" />'


def setup(app: Any) -> dict[str, Any]:
    """Connect to the writing of pages."""
    app.connect("html-page-context", describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
