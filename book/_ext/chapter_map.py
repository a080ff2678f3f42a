"""The directive ``{chapter-map}``: all parts and chapters, those that exist linked, the others named as planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import book_pages
import yaml
from docutils import nodes

PART = "chapter-map"
SOURCE = Path("book") / "map.yml"


class ChapterMap(book_pages.Part):
    """All parts and chapters of the book."""

    part = PART

    def build(self) -> list[nodes.Node]:
        """One box a part, in reading order."""
        boxes = nodes.container("", classes=["map"])
        for part in parts(self.env):
            entries = [self.entry(f"chapters/{part['folder']}/{name}", title)
                       for name, title in part["chapters"].items()]
            head = nodes.paragraph("", "", nodes.strong("", part["title"]), classes=["map-part"])
            boxes += nodes.container("", head, nodes.bullet_list("", *entries), classes=["map-box"])
        return [boxes]

    def entry(self, docname: str, title: str) -> nodes.list_item:
        """A chapter: a link under its own title, or its planned title."""
        if docname not in self.env.titles:
            return nodes.list_item("", nodes.paragraph("", title), classes=["planned"])
        name = book_pages.chapter_name(self.env, docname)
        found = book_pages.link(self.app, self.env.docname, docname, name)
        return nodes.list_item("", nodes.paragraph("", "", found), classes=["there"])


def parts(env: Any) -> list[dict[str, Any]]:
    """The parts of the book as written in ``book/map.yml``."""
    return yaml.safe_load((Path(env.srcdir) / SOURCE).read_text(encoding="utf-8"))


def update(app: Any, env: Any) -> list[str]:
    """Write the page again when the map changed, or a chapter entered, left or changed its title or number."""
    shown = [parts(env), *(book_pages.chapter_name(env, docname) for docname in book_pages.chapters(env))]
    return book_pages.rewrite_if_changed(env, PART, shown)


def setup(app: Any) -> dict[str, Any]:
    """Register the part."""
    return book_pages.add_part(app, ChapterMap, update)
