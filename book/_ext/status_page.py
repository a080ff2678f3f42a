"""The directives ``{status}`` and ``{status-profile}``: what was executed for this build, and where its time went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import book_pages
import claims
import execution
from docutils import nodes

PART, PROFILE = "status", "status-profile"
HEADS = ("Chapter", "Run time", "Peak memory", "Claims", "Cases", "Wrong versions rejected", "Exercises", "Executed")


KINDS = {"start": "Start and imports", "claims": "Claims", "figures": "Figures", "sliders": "Figures with sliders",
         "rest": "The rest"}


class Status(book_pages.Part):
    """Build the table once all chapters were read."""

    part = PART

    def build(self) -> list[nodes.Node]:
        """One row a chapter, and their sum."""
        data = rows(self.env)
        if not data:
            return [nodes.paragraph("", "No chapter has entered the book yet.")]
        body = [[chapter_link(self, docname), *texts(values)] for docname, *values in data]
        sums = [["The book", *texts(totals(data))]] if len(data) > 1 else []
        return [table(HEADS, body + sums)]


class Profile(book_pages.Part):
    """The same for the seconds of each kind of cell."""

    part = PROFILE

    def build(self) -> list[nodes.Node]:
        """One row a chapter that was measured, their sum, and its shares."""
        data = [(docname, *(spent[kind] for kind in KINDS)) for docname, spent in profiles(self.env)]
        sums = [sum(column) for column in list(zip(*data, strict=True))[1:]]
        body = [[chapter_link(self, docname), *map(seconds, spent)] for docname, *spent in data]
        if len(data) > 1:
            body += [["The book", *map(seconds, sums)], ["Share", *(f"{part / sum(sums):.0%}" for part in sums)]]
        return [table(("Chapter", *KINDS.values()), body)]


def chapter_link(part: book_pages.Part, docname: str) -> nodes.reference:
    """A link to a chapter, by number and title."""
    return book_pages.link(part.app, part.env.docname, docname, book_pages.chapter_name(part.env, docname))


def table(heads: Sequence[str], body: Sequence[Sequence[str | nodes.Node]]) -> nodes.container:
    """A table that scrolls in a box of its own on a small screen."""
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for _ in heads]
    group += nodes.thead("", row(heads))
    group += nodes.tbody("", *map(row, body))
    return nodes.container("", nodes.table("", group, classes=["status"]), classes=["wide"])


def row(columns: Sequence[str | nodes.Node]) -> nodes.row:
    """A row of a table, of texts and links."""
    inside = [nodes.Text(column) if isinstance(column, str) else column for column in columns]
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", column)) for column in inside))


def seconds(value: float | None) -> str:
    """Seconds as a reader wants them; a dash where nothing was measured."""
    return f"{value:.1f}\N{NO-BREAK SPACE}s" if value is not None else "–"


def texts(values: list[Any]) -> list[str]:
    """A row of :func:`rows`: units, thousands, dashes."""
    spent, peak, *counts, executed = values
    return [seconds(spent), f"{peak:,}\N{NO-BREAK SPACE}MB" if peak is not None else "–",
            *(f"{count:,}" for count in counts), executed.replace("T", " ")[:16] or "–"]


def profiles(env: Any) -> list[tuple[str, dict[str, float]]]:
    """Docname and seconds by kind of cell of each chapter that was measured."""
    measured = execution.read_status(Path(env.srcdir))
    return [(docname, measured[docname]["profile"]) for docname in book_pages.chapters(env) if docname in measured]


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
    """Write the pages again when a number on them has changed."""
    return sorted({*book_pages.rewrite_if_changed(env, PART, rows(env)),
                   *book_pages.rewrite_if_changed(env, PROFILE, profiles(env))})


def setup(app: Any) -> dict[str, Any]:
    """Register both parts."""
    app.setup_extension("claims")
    book_pages.add_part(app, Profile, lambda app, env: [])
    return book_pages.add_part(app, Status, update)
