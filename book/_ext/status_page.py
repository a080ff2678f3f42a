"""The directive ``{status}``: what was executed for this build, chapter by chapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import book_pages
import claims
import execution
from docutils import nodes

PART = "status"
HEADS = ("Chapter", "Run time", "Peak memory", "Claims", "Cases", "Wrong versions rejected", "Exercises", "Executed")


class Status(book_pages.Part):
    """Build the table once all chapters were read."""

    part = PART

    def build(self) -> list[nodes.Node]:
        """One row a chapter, and their sum."""
        data = rows(self.env)
        if not data:
            return [nodes.paragraph("", "No chapter has entered the book yet.")]
        group = nodes.tgroup(cols=len(HEADS))
        group += [nodes.colspec(colwidth=1) for _ in HEADS]
        group += nodes.thead("", row([[nodes.Text(head)] for head in HEADS]))
        body = nodes.tbody()
        for docname, *values in data:
            name = book_pages.chapter_name(self.env, docname)
            link = book_pages.link(self.app, self.env.docname, docname, name)
            body += row([[link], *cells(values)])
        if len(data) > 1:
            body += row([[nodes.Text("The book")], *cells(totals(data))])
        group += body
        return [nodes.container("", nodes.table("", group, classes=["status"]), classes=["wide"])]


def row(columns: list[list[nodes.Node]]) -> nodes.row:
    """A row of a table."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *column)) for column in columns))


def cells(values: list[Any]) -> list[list[nodes.Node]]:
    """Numbers as a reader wants them: units, thousands, a dash where nothing was measured."""
    seconds, peak, *counts, executed = values
    texts = [f"{seconds:.1f}\N{NO-BREAK SPACE}s" if seconds is not None else "–",
             f"{peak:,}\N{NO-BREAK SPACE}MB" if peak is not None else "–",
             *(f"{count:,}" for count in counts), executed.replace("T", " ")[:16] or "–"]
    return [[nodes.Text(text)] for text in texts]


def rows(env: Any) -> list[tuple[Any, ...]]:
    """Docname, seconds, peak MB, claims, cases, rejected, exercises, time of execution of each chapter."""
    measured = execution.read_status(Path(env.srcdir))
    found = []
    for docname in book_pages.chapters(env):
        page, run = claims.registry(env).get(docname, claims.Page()), measured.get(docname, {})
        found.append((docname, run.get("seconds"), run.get("peak_mb"), len(page.checks),
                      sum(check.cases for check in page.checks), sum(check.rejected for check in page.checks),
                      exercises(env, docname), run.get("executed", "")))
    return found


def totals(data: list[tuple[Any, ...]]) -> list[Any]:
    """Sums of the columns; of the memory, the largest."""
    columns = list(zip(*data, strict=True))
    seconds = [value for value in columns[1] if value is not None]
    peaks = [value for value in columns[2] if value is not None]
    return [sum(seconds) if seconds else None, max(peaks, default=None), *(sum(column) for column in columns[3:7]), ""]


def exercises(env: Any, docname: str) -> int:
    """How many exercises a page has, by sphinx-exercise's own register."""
    register = getattr(env, "sphinx_exercise_node_order", {}).get(docname, [])
    return sum(found["type"] == "exercise" for found in register)


def update(app: Any, env: Any) -> list[str]:
    """Write the page again when a number in it has changed."""
    return book_pages.rewrite_if_changed(env, PART, rows(env))


def setup(app: Any) -> dict[str, Any]:
    """Register the part."""
    app.setup_extension("claims")
    return book_pages.add_part(app, Status, update)
