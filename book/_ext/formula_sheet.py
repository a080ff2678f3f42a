"""The directive ``{formula-sheet}``: every claim of the book by chapter, with its formula and what was checked."""

from __future__ import annotations

from typing import Any

import book_pages
import claims
from docutils import nodes
from sphinx.addnodes import pending_xref

PART = "formula-sheet"


class FormulaSheet(book_pages.Part):
    """Build the sheet before references are resolved, so that links inside theorems work on it."""

    part = PART

    def build(self) -> list[nodes.Node]:
        """One section a chapter, after a line of links to them."""
        stated = claims.registry(self.env)
        docnames = [name for name in book_pages.chapters(self.env) if name in stated and stated[name].statements]
        if not docnames:
            return [nodes.paragraph("", "No chapter has entered the book yet.")]
        jumps = nodes.bullet_list(classes=["sheet-contents"])
        for docname in docnames:
            text = book_pages.chapter_name(self.env, docname)
            jump = nodes.reference("", text, refid=self.anchor(docname), internal=True)
            jumps += nodes.list_item("", nodes.paragraph("", "", jump))
        return [jumps, *(self.chapter(docname) for docname in docnames)]

    @staticmethod
    def anchor(docname: str) -> str:
        """Anchor of a chapter's section on the sheet."""
        return nodes.make_id("formulas of " + docname.rpartition("/")[2])

    def chapter(self, docname: str) -> nodes.section:
        """The claims of a chapter in the order of their statements."""
        name = book_pages.chapter_name(self.env, docname)
        section = nodes.section(ids=[self.anchor(docname)], classes=["sheet-chapter"])
        section += nodes.title("", "", book_pages.link(self.app, self.env.docname, docname, name))
        checks = claims.checks(self.env)
        theorems = self.theorems(docname)
        for statement in claims.registry(self.env)[docname].statements:
            if statement.label in checks:
                section += self.entry(statement, checks[statement.label], theorems)
        return section

    def theorems(self, docname: str) -> dict[str, nodes.Element]:
        """The chapter's theorems by label, read from its stored tree where it has any."""
        if not any(found.label.startswith(claims.THEOREMS) for found in claims.registry(self.env)[docname].statements):
            return {}
        tree = self.env.get_doctree(docname)
        return {node["label"]: node for node in tree.findall(nodes.Element) if "realtype" in node}

    def entry(self, statement: claims.Statement, check: claims.Check,
              theorems: dict[str, nodes.Element]) -> nodes.container:
        """Title and number, the formula or theorem itself, and the ✓ with what was checked."""
        here = self.env.docname
        uri, text = claims.number(self.app, here, statement.label)
        head = nodes.paragraph("", "", nodes.strong("", "", *book_pages.inline(check.title)), nodes.Text(" "),
                               nodes.reference("", text, refuri=uri, internal=True), classes=["sheet-title"])
        said = [plain(part, here) for part in body(theorems.get(statement.label))]
        if statement.tex:
            said = [nodes.math_block(statement.tex, statement.tex, number=None, label=None, nowrap=False)]
        words = [book_pages.plural(check.cases, "case"),
                 f"largest error {check.error}" if check.error else "",
                 book_pages.plural(check.rejected, "wrong version") + " rejected"]
        tick = nodes.reference("", "✓ " + " · ".join(filter(None, words)), reftitle=check.summary, internal=True,
                               refuri=claims.address(self.app, here, check), classes=["sheet-check"])
        return nodes.container("", head, *said, nodes.paragraph("", "", tick), classes=["sheet-entry"])


def body(theorem: nodes.Element | None) -> list[nodes.Node]:
    """The statement of a theorem, without its title."""
    if theorem is None:
        return []
    inside = next((child for child in theorem.children if isinstance(child, nodes.section)), theorem)
    return [child for child in inside.children if not isinstance(child, nodes.title)]


def plain(node: nodes.Node, docname: str) -> nodes.Node:
    """A copy to show on another page: without anchors and numbers, its links starting from there."""
    copy = node.deepcopy()
    for found in list(copy.findall(nodes.Element)):
        for key in ("ids", "names"):
            found[key] = []
        if isinstance(found, nodes.math_block):
            found["number"] = found["label"] = None
        if isinstance(found, pending_xref):
            found["refdoc"] = docname
    for found in list(copy.findall(lambda one: isinstance(one, nodes.target) or is_citation(one))):
        found.parent.remove(found)
    return copy


def is_citation(node: nodes.Node) -> bool:
    """True for a citation, which is only known on the page where it stands."""
    return isinstance(node, pending_xref) and node.get("refdomain") == "cite"


def update(app: Any, env: Any) -> list[str]:
    """Write the sheet again when a page was read or removed since it was last written."""
    for docname in book_pages.pages_with(env, PART):
        env.get_domain("math").data["has_equations"][docname] = True  # so that the page loads MathJax
    changed, env.book_claims_changed = getattr(env, "book_claims_changed", True), False
    return book_pages.pages_with(env, PART) if changed else []


def setup(app: Any) -> dict[str, Any]:
    """Register the part."""
    app.setup_extension("claims")
    return book_pages.add_part(app, FormulaSheet, update)
