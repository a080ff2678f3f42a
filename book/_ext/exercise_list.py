"""The directive ``{exercise-list}``: every exercise of the book by chapter, the easy ones first."""

from __future__ import annotations

from typing import Any

import book_pages
from docutils import nodes
from sphinx_exercise.nodes import exercise_subtitle

PART = "exercise-list"
FULL = "●"


class ExerciseList(book_pages.Part):
    """Build the list once all chapters were read."""

    part = PART

    def build(self) -> list[nodes.Node]:
        """One section a chapter that has exercises."""
        found = [self.chapter(docname) for docname in book_pages.chapters(self.env) if exercises(self.env, docname)]
        return found or [nodes.paragraph("", "No chapter has entered the book yet.")]

    def chapter(self, docname: str) -> nodes.section:
        """A chapter's exercises as links."""
        name = book_pages.chapter_name(self.env, docname)
        section = nodes.section(ids=[nodes.make_id("exercises of " + docname.rpartition("/")[2])])
        section += nodes.title("", "", book_pages.link(self.app, self.env.docname, docname, name))
        entries = nodes.bullet_list(classes=["exercise-list"])
        for label, title in exercises(self.env, docname):
            link = book_pages.link(self.app, self.env.docname, docname, title, anchor=label)
            entries += nodes.list_item("", nodes.paragraph("", "", link))
        section += entries
        return section


def exercises(env: Any, docname: str) -> list[tuple[str, str]]:
    """Label and title, which ends with the difficulty, of a page's exercises, from easy to hard."""
    register = getattr(env, "sphinx_exercise_registry", {})
    found = [(label, title(entry["node"])) for label, entry in register.items()
             if entry["docname"] == docname and entry["type"].startswith("exercise")]
    return sorted(found, key=lambda one: one[1].count(FULL))


def title(node: nodes.Element) -> str:
    """What the author wrote after ``exercise-start``."""
    subtitle = next(node.findall(exercise_subtitle), None)
    return subtitle.astext().strip() if subtitle is not None else node["title"]


def update(app: Any, env: Any) -> list[str]:
    """Write the page again when an exercise came, went or changed its title."""
    shown = [(book_pages.chapter_name(env, name), exercises(env, name)) for name in book_pages.chapters(env)]
    return book_pages.rewrite_if_changed(env, PART, shown)


def setup(app: Any) -> dict[str, Any]:
    """Register the part."""
    return book_pages.add_part(app, ExerciseList, update)
