"""What pages generated from the whole book share: chapters in order, rewriting, small pieces of text.

Such a page holds a placeholder node.  It is filled when the page is written, after all others were read, so that
it is right in incremental builds too: the page is written again whenever what it shows has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims import INLINE_MATH
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective


class placeholder(nodes.General, nodes.Element):
    """Stands where a generated part of the page will be; attribute `part` names it."""


class Placeholder(SphinxDirective):
    """The directive of every generated part: the part has the directive's name."""

    def run(self) -> list[nodes.Node]:
        return [note(self.env, self.env.docname, self.name)]


class Part(SphinxPostTransform):
    """Fills the placeholders of one part, before references are resolved: links in it work as any others do."""

    default_priority = 5
    part = ""

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(placeholder)):
            if node["part"] == self.part:
                node.replace_self(self.build())

    def build(self) -> list[nodes.Node]:
        """The nodes that stand in the place of the placeholder."""
        raise NotImplementedError


def add_part(app: Any, part: type[Part], update: Callable[[Any, Any], list[str]]) -> dict[str, Any]:
    """Register a part: its directive, the step that fills it, and `update`, which names the pages to write again."""
    app.setup_extension("book_pages")
    app.add_directive(part.part, Placeholder)
    app.add_post_transform(part)
    app.connect("env-get-updated", update)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def chapters(env: Any, under: str = "chapters/") -> list[str]:
    """Docnames of the chapters in the order of the table of contents."""
    return [docname for docname in env.collect_relations() if docname.startswith(under)]


def chapter_name(env: Any, docname: str) -> str:
    """Number and title of a chapter, as the table of contents shows them."""
    number = env.toc_secnumbers.get(docname, {}).get("") or ()
    title = env.titles[docname].astext()
    return f"{'.'.join(map(str, number))}. {title}" if number else title


def link(app: Any, fromdocname: str, docname: str, text: str, anchor: str = "", **attributes: Any) -> nodes.reference:
    """A link from one page to another, or to an anchor on it."""
    uri = app.builder.get_relative_uri(fromdocname, docname) + (f"#{anchor}" if anchor else "")
    return nodes.reference("", text, refuri=uri, internal=True, **attributes)


def inline(text: str) -> list[nodes.Node]:
    """Plain text with ``$…$`` as docutils nodes."""
    found: list[nodes.Node] = []
    for index, piece in enumerate(INLINE_MATH.split(text)):
        if piece:
            found.append(nodes.math(piece, piece) if index % 2 else nodes.Text(piece))
    return found


def plural(count: int, noun: str) -> str:
    """``3 cases``, ``1 case``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def pages_with(env: Any, part: str) -> list[str]:
    """Docnames of the pages that hold a placeholder."""
    return sorted(docname for docname, parts in getattr(env, "book_parts", {}).items() if part in parts)


def note(env: Any, docname: str, part: str) -> placeholder:
    """Remember that a page holds a generated part; return the node that stands for it."""
    if not hasattr(env, "book_parts"):
        env.book_parts = {}
    env.book_parts.setdefault(docname, set()).add(part)
    return placeholder(part=part)


def purge(app: Any, env: Any, docname: str) -> None:
    """Forget the parts of a page that is about to be read again."""
    getattr(env, "book_parts", {}).pop(docname, None)


def merge(app: Any, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what a parallel reader noted."""
    for docname, parts in getattr(other, "book_parts", {}).items():
        if docname in docnames:
            for part in parts:
                note(env, docname, part)


def rewrite_if_changed(env: Any, part: str, shown: Any) -> list[str]:
    """Pages to write again because what a part shows differs from the last build."""
    if not hasattr(env, "book_shown"):
        env.book_shown = {}
    changed = env.book_shown.get(part) != shown
    env.book_shown[part] = shown
    return pages_with(env, part) if changed else []


def setup(app: Any) -> dict[str, Any]:
    """Keep the book of placeholders; the parts themselves are extensions of their own."""
    app.add_node(placeholder)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
