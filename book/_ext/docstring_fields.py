"""Entries of docstrings, ``name : description``, as lists in the reference of the library.

``sphinx.ext.napoleon`` takes what follows the colon for a type: it would show descriptions in italics and brackets,
lose backslashes, and cut a ``Returns`` at its first colon. The sections with entries are therefore written as
reStructuredText before napoleon sees them; the others (Raises, Notes, Examples) are left to it. Signatures are made
readable, too.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import numpy.typing
from docutils import nodes
from sphinx import addnodes
from sphinx.util.typing import stringify_annotation

TITLES = ("Parameters", "Attributes", "Returns", "Yields")
ITEM = r"(?:[*\w]+(?: \(.+?\))?|\(.+?\))"  # a name, with its shape if that is given, or the shape alone
ENTRY = re.compile(rf"({ITEM}(?:, {ITEM})*)(?: : (.+))?")
UNIONS = {name: stringify_annotation(getattr(numpy.typing, name), "smart") for name in ("ArrayLike", "DTypeLike")}
STOPS = ".,;:"
FULL = 95  # the columns that a line has at least, whatever the indentation of its docstring


def entries(title: str, lines: list[str]) -> list[tuple[str, str, str]]:
    """Of each entry the names, what stands behind the colon, and the lines below.

    What is returned may have no name; all its lines belong to it. A line that opens no entry continues the last one.
    """
    found: list[tuple[str, str, list[str]]] = []
    for line in lines:
        entry = None if found and not found[0][0] else ENTRY.fullmatch(line)
        if entry and (entry[2] or title in TITLES[:2]):
            found.append((entry[1], entry[2] or "", []))
        elif found:
            found[-1][2].append(line)
        elif line:
            found.append(("", line, []))
    return [(names, text, "\n".join(below).rstrip()) for names, text, below in found]


def has_type(names: str, text: str, below: str) -> bool:
    """Whether the text behind the colon is a type: the first word below would have had room on its line.

    A description goes on below only where its line is full, while a type has a short line of its own.
    """
    if not text or text[-1] in STOPS or not below.startswith(" "):
        return False
    return len(f"{names} : {text} {below.split()[0]}") <= FULL


def bold(names: str) -> str:
    """Names, but not their shapes, in bold."""
    return re.sub(r"(\(.+?\))(?=,|$)|([*\w]+)", lambda m: m[1] or "**" + m[2].replace("*", r"\*") + "**", names)


def field(title: str, lines: list[str]) -> list[str]:
    """A section as a field: a list, or a paragraph if there is one entry."""
    found = entries(title, lines)
    some_types = any(has_type(*entry) for entry in found)
    bullet = "* " if len(found) > 1 else ""
    result = ["", f":{title}:"]
    for names, text, below in found:
        head = bold(names)
        if has_type(names, text, below) or (some_types and not below and text[-1:] not in STOPS):
            head, text = f"{head} ({text})" if names else text, ""
        words = "\n".join(part for part in (text, dedent(below)) if part)
        shown = " -- ".join(part for part in (head, words) if part).split("\n")
        result += [f"    {bullet}{shown[0]}", *(f"    {' ' * len(bullet)}{line}" for line in shown[1:])]
    return [*result, ""]


def write_fields(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Rewrite a docstring in place, for ``autodoc-process-docstring``."""
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()  # Python's words about a namedtuple; the section Attributes describes its fields
    if lines and what in ("attribute", "data", "property"):
        lines.insert(0, "\\")  # shows nothing; without it napoleon takes what stands before a colon for a type
    below = [i for i, line in enumerate(lines) if i and re.fullmatch("-{3,}", line)]
    ends = [*(i - 1 for i in below[1:]), len(lines)]
    for start, end in reversed(list(zip(below, ends, strict=False))):
        if lines[start - 1] in TITLES:
            lines[start - 1 : end] = field(lines[start - 1], lines[start + 1 : end])


def shorten(app: Any, what: str, name: str, obj: Any, options: Any, arguments: str | None,
            result: str | None) -> tuple[str, str | None] | None:  # fmt: skip
    """The signature with the names of NumPy's unions in place of all their members."""
    if not arguments:
        return None
    for union, members in UNIONS.items():
        arguments = arguments.replace(members, union)
    return re.sub(r"\bnp\.", "numpy.", arguments), result


def allow_breaks(app: Any, doctree: nodes.document) -> None:
    """Let a long dotted name go on in the next line behind a dot, not within a word."""
    for prefix in list(doctree.findall(addnodes.desc_addname)):
        parts = re.findall(r"[^.]+\.?", prefix.astext())
        prefix.children = []
        prefix += [node for part in parts for node in (nodes.Text(part), nodes.raw("", "<wbr>", format="html"))]


def setup(app: Any) -> dict[str, Any]:
    """Register the handlers."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", write_fields, priority=400)  # napoleon comes at 500
    app.connect("autodoc-process-signature", shorten)
    app.connect("doctree-read", allow_breaks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
