"""Tie each numbered equation and theorem to the check that was executed for it.

A passing ``derived.check.claim`` leaves one line of HTML in its cell's output.  This extension finds those lines,
and on each page

* puts a ✓ at the number of the equation (or in the title of the theorem) that leads to the check, and says on
  hover and to screen readers what was compared;
* lets the check lead back, under the statement's number in place of its label;
* warns of a statement that nothing checks and of a check that belongs to no statement, so that a strict build fails.

``registry(env)`` is what the formula sheet and the status page read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.ext.mathjax import html_visit_displaymath
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
THEOREMS = ("thm-", "lem-", "prop-", "cor-")
OPENING = '<div class="claim"'
BACK_LINK = re.compile(r'<a class="claim-ref" href="#([^"]*)">[^<]*</a>')
INLINE_MATH = re.compile(r"\$([^$]+)\$")


@dataclass(frozen=True)
class Statement:
    """A labelled equation or theorem: where it stands and what it says (`tex` or `title`)."""

    label: str
    docname: str
    line: int | None
    tex: str = ""
    title: str = ""


@dataclass(frozen=True)
class Check:
    """An executed claim, as its line on the page reports it."""

    label: str
    docname: str
    line: int | None
    title: str
    cases: int
    rejected: int
    error: str
    checked: str

    @property
    def summary(self) -> str:
        """One sentence for hover and screen readers."""
        versions = "1 wrong version" if self.rejected == 1 else f"{self.rejected} wrong versions"
        return f"Checked: {self.title}. {self.checked}; {versions} rejected."


@dataclass
class Page:
    """Statements and checks of one page, in their order there."""

    statements: list[Statement] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


class ClaimLine(HTMLParser):
    """Read the attributes of the claim's line and the text of its parts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: dict[str, str] = {}
        self.text: dict[str, str] = {}
        self.part = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.part = attributes.get("class", "")
        if self.part == "claim":
            self.attributes = attributes

    def handle_endtag(self, tag: str) -> None:
        self.part = ""

    def handle_data(self, data: str) -> None:
        self.text[self.part] = self.text.get(self.part, "") + data


class claimed_equation(nodes.math_block):
    """A displayed equation with a ✓ at its number."""


def registry(env: Any) -> dict[str, Page]:
    """Statements and checks by docname; kept with the environment between builds."""
    if not hasattr(env, "book_claims"):
        env.book_claims = {}
    return env.book_claims


def statements(env: Any) -> dict[str, Statement]:
    """Every labelled statement of the book by label."""
    return {found.label: found for page in registry(env).values() for found in page.statements}


def checks(env: Any) -> dict[str, Check]:
    """Every executed claim of the book by label."""
    return {found.label: found for page in registry(env).values() for found in page.checks}


def claim_lines(tree: nodes.Node) -> Iterator[nodes.raw]:
    """Raw HTML nodes that hold a claim's line."""
    for node in tree.findall(nodes.raw):
        if node.get("format") == "html" and OPENING in node.astext():
            yield node


def read_check(node: nodes.raw, docname: str) -> Check:
    """The check that a claim's line reports."""
    line = ClaimLine(node.astext())
    data = line.attributes
    place = getattr(node.parent, "line", None) or node.line
    return Check(
        label=data["data-label"], docname=docname, line=place, title=data["data-title"],
        cases=int(data["data-cases"]), rejected=int(data["data-rejected"]), error=data["data-error"],
        checked=line.text.get("claim-checked", "").strip(),
    )


def collect(app: Any, doctree: nodes.document) -> None:
    """Note the statements and checks of a page that was just read."""
    docname, page = app.env.docname, Page()
    for node in doctree.findall(nodes.Element):
        label = node.get("label")
        if not isinstance(label, str):
            continue
        if isinstance(node, nodes.math_block) and label.startswith("eq-"):
            page.statements.append(Statement(label, docname, node.line, tex=node.astext()))
        elif "realtype" in node and label.startswith(THEOREMS):
            title = next((child.astext() for child in node.findall(nodes.title)), "").strip().strip("()")
            page.statements.append(Statement(label, docname, node.line, title=title))
    page.checks = [read_check(node, docname) for node in claim_lines(doctree)]
    registry(app.env)[docname] = page


def purge(app: Any, env: Any, docname: str) -> None:
    """Forget a page that is about to be read again, or is gone."""
    registry(env).pop(docname, None)
    env.book_claims_changed = True


def merge(app: Any, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what a parallel reader collected."""
    registry(env).update({docname: page for docname, page in registry(other).items() if docname in docnames})


def compare(app: Any, env: Any) -> list[str]:
    """Warn of statements without check and checks without statement; return the pages to write again.

    Runs in every build, also when no page changed: a warning does not go away by building twice.
    """
    first: dict[str, Check] = {}
    for check in (found for page in registry(env).values() for found in page.checks):
        if first.setdefault(check.label, check) is not check:
            warn(check, f"{check.label} is claimed twice, here and in {first[check.label].docname}")
    stated, checked = statements(env), checks(env)
    for label in sorted(stated.keys() - checked.keys()):
        warn(stated[label], f"{label} is not checked: no claim ran with this label")
    for label in sorted(checked.keys() - stated.keys()):
        warn(checked[label], f"the claim {label} belongs to no labelled equation or theorem")
    pairs = {label: (stated[label], checked[label]) for label in stated.keys() & checked.keys()}
    before, env.book_claims_pairs = getattr(env, "book_claims_pairs", {}), pairs
    apart = [pair for label, pair in pairs.items()
             if before.get(label) != pair and pair[0].docname != pair[1].docname]
    return sorted({one.docname for pair in apart for one in pair})


def warn(where: Statement | Check, message: str) -> None:
    """A Sphinx warning at the place where the statement or check stands."""
    location = (where.docname, where.line) if where.line else where.docname
    LOGGER.warning(message, location=location, type="claims")


def number(app: Any, fromdocname: str, label: str) -> tuple[str, str]:
    """Address and number of a statement as seen from a page: ``("#equation-eq-x", "(2.3)")``."""
    if label.startswith(THEOREMS):
        domain, role, content = app.env.get_domain("prf"), "ref", nodes.inline(label, label)
    else:
        domain, role, content = app.env.get_domain("math"), "eq", nodes.inline()
    empty = pending_xref("", refdomain=domain.name)
    link = domain.resolve_xref(app.env, fromdocname, app.builder, role, label, empty, content)
    return link.get("refuri") or "#" + link["refid"], link.astext()


def address(app: Any, fromdocname: str, check: Check) -> str:
    """Address of a check's line as seen from a page."""
    page = "" if check.docname == fromdocname else app.builder.get_relative_uri(fromdocname, check.docname)
    return f"{page}#claim-{check.label}"


def tick(app: Any, docname: str, check: Check) -> str:
    """The ✓ that leads to a check."""
    words = escape(INLINE_MATH.sub(r"\1", check.summary), quote=True)
    return f'<a class="tick" href="{address(app, docname, check)}" aria-label="{words}">✓</a>'


def typeset(html: str) -> str:
    """Hand ``$…$`` in a claim's line to MathJax, as inline formulas of the page are; checks stand below each other."""
    opening, _, visible = html.partition(">")
    visible = visible.replace("</span> · <span", "</span> <span")
    formula = r'<span class="math notranslate nohighlight">\\(\1\\)</span>'
    return f"{opening}>{INLINE_MATH.sub(formula, visible)}"


def connect(app: Any, doctree: nodes.document, docname: str) -> None:
    """Put the ✓ at each checked statement of a page, and the number into each check's line."""
    if app.builder.format != "html":
        return
    stated, checked = statements(app.env), checks(app.env)
    for node in list(claim_lines(doctree)):
        label = ClaimLine(node.astext()).attributes["data-label"]
        html = typeset(node.astext())
        if label in stated:
            uri, text = number(app, docname, label)
            html = BACK_LINK.sub(lambda _, uri=uri, text=text: f'<a class="claim-ref" href="{uri}">{text}</a>', html)
        node.replace_self(nodes.raw("", html, format="html"))
    for statement in registry(app.env).get(docname, Page()).statements:
        if statement.label in checked:
            mark(doctree, statement.label, tick(app, docname, checked[statement.label]))


def mark(doctree: nodes.document, label: str, html: str) -> None:
    """Put a ✓ at the equation or theorem with a label."""
    for node in list(doctree.findall(lambda found: isinstance(found, nodes.Element) and found.get("label") == label)):
        if isinstance(node, nodes.math_block):
            marked = claimed_equation(node.rawsource, node.astext(), **node.attributes)
            marked["tick"] = html
            node.replace_self(marked)
        elif "realtype" in node:
            node["classes"].append("claimed")
            next(node.findall(nodes.title)).append(nodes.raw("", html, format="html"))


def visit_claimed_equation(self: Any, node: claimed_equation) -> None:
    """Write the equation as MathJax's renderer does, with the ✓ before its number."""
    start = len(self.body)
    try:
        html_visit_displaymath(self, node)
    finally:
        opening = '<span class="eqno">'
        at = next(k for k in range(start, len(self.body)) if self.body[k].startswith(opening))
        self.body[at] = opening + node["tick"] + self.body[at].removeprefix(opening)


def setup(app: Any) -> dict[str, Any]:
    """Connect the steps to the events of a build."""
    app.add_node(claimed_equation, html=(visit_claimed_equation, None))
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-updated", compare)
    app.connect("doctree-resolved", connect)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
