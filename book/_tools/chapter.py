"""A chapter's notebook as the rules and the tidying see it: cells, labels, claims, exercises.

Nothing here runs a notebook or needs more than the standard library.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PAGE_METADATA = ("html_theme.", "myst")  # settings of the page, which Sphinx reads
CELL_METADATA = ("mystnb", "slideshow", "tags")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RANDOM_ID = re.compile(r"(?=[a-f]*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,4}.*")
CLAIMED = r"(?:eq|thm|lem|prop|cor)-[\w-]+"


def source(cell: dict[str, Any]) -> str:
    """The text of a cell, which the format allows to be a string or a list of lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def canonical(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without outputs, counts, foreign metadata, empty cells and random cell ids."""
    cells, taken = [], set()
    for cell in notebook["cells"]:
        text = source(cell).rstrip()
        if not text:
            continue
        kept = {key: cell["metadata"][key] for key in CELL_METADATA if cell.get("metadata", {}).get(key)}
        name = _stable_id(cell.get("id", ""), text, taken)
        taken.add(name)
        clean = {"cell_type": cell["cell_type"], "id": name, "metadata": kept,
                 "source": text.splitlines(keepends=True)}
        if cell["cell_type"] == "code":
            clean |= {"execution_count": None, "outputs": []}
        cells.append(clean)
    page = {key: value for key, value in notebook.get("metadata", {}).items() if key.startswith(PAGE_METADATA)}
    return {"cells": cells, "metadata": page | METADATA, "nbformat": 4, "nbformat_minor": 5}


def canonical_text(notebook: dict[str, Any]) -> str:
    """The canonical form as it stands in the file, byte for byte what JupyterLab would write."""
    return json.dumps(canonical(notebook), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def good_id(name: str) -> bool:
    """True for words joined by hyphens; False for what editors generate."""
    return bool(SLUG.fullmatch(name)) and not RANDOM_ID.fullmatch(name) and len(name) <= 64


def _stable_id(name: str, text: str, taken: set[str]) -> str:
    """`name` if it is a good one, otherwise one made from the first words of the cell."""
    if not good_id(name):
        words = re.findall(r"[a-z][a-z0-9]*", re.sub(r"\{[\w:-]+\}|\$[^$]*\$|`{3,}", " ", text.lower()))
        name = "-".join(words[:4])[:40].strip("-") or "cell"
        name = name if good_id(name) else f"cell-{name}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


@dataclass(frozen=True)
class Claim:
    """One ``with claim(label) as c:`` block and the checks that its body calls."""

    label: str
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """An exercise or a solution: label, opening line and the cells between start and end."""

    label: str
    opening: str
    text: str
    code: str
    closed: bool


class Notebook:
    """A notebook with what the rules ask about it, computed once."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.name = path.stem
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.data: dict[str, Any] = json.loads(self.text)
        self.cells: list[dict[str, Any]] = self.data["cells"]

    @cached_property
    def prose(self) -> list[dict[str, Any]]:
        return [cell for cell in self.cells if cell["cell_type"] == "markdown"]

    @cached_property
    def code(self) -> list[dict[str, Any]]:
        return [cell for cell in self.cells if cell["cell_type"] == "code"]

    @cached_property
    def markdown(self) -> str:
        return "\n".join(source(cell) for cell in self.prose)

    @cached_property
    def python(self) -> str:
        return "\n".join(source(cell) for cell in self.code)

    @cached_property
    def trees(self) -> list[tuple[dict[str, Any], ast.Module]]:
        """Syntax tree of each code cell that is plain Python (`ruff` reports the others)."""
        parsed = []
        for cell in self.code:
            try:
                parsed.append((cell, ast.parse(source(cell))))
            except SyntaxError:
                continue
        return parsed

    @cached_property
    def tags(self) -> set[str]:
        return {tag for cell in self.cells for tag in cell.get("metadata", {}).get("tags", [])}

    @cached_property
    def words(self) -> int:
        """Words of the text, formulas not counted."""
        return len(re.findall(r"\w+", re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", self.markdown, flags=re.S)))

    @cached_property
    def labels(self) -> list[str]:
        """Labels of everything that is a claim, as often as they stand there."""
        return (re.findall(r"\((eq-[\w-]+)\)", self.markdown)
                + re.findall(rf":label:\s*({CLAIMED})", self.markdown))

    @cached_property
    def targets(self) -> list[str]:
        """Every label that a reference may name, as often as it is defined."""
        md = self.markdown
        figures = [figure_of(cell).get("name", "") for cell in self.cells]
        return (re.findall(r"\$\$\s*\(([\w-]+)\)", md) + re.findall(r":label:\s*(\S+)", md)
                + re.findall(r"^\(([\w-]+)\)=\s*$", md, re.M) + [name for name in figures if name])

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Calls of functions or methods with one of these names, anywhere in the code."""
        for _, tree in self.trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and called(node) in names:
                    yield node

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims in the order of the code; a label that is no literal reads ``?``."""
        found = []
        for _, tree in self.trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.With):
                    found += [Claim(_label(item), _checks(node, item)) for item in node.items
                              if isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "claim"]
        return found

    @cached_property
    def sections(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Headings of the second level and the cells below each (a cell counts where it starts)."""
        found: list[tuple[str, list[dict[str, Any]]]] = []
        for cell in self.cells:
            headings = []
            if cell["cell_type"] == "markdown":
                headings = re.findall(r"^##\s+(.+?)\s*$", without_fences(source(cell)), re.M)
            if headings:
                found += [(heading, [cell]) for heading in headings]
            elif found:
                found[-1][1].append(cell)
        return found

    @cached_property
    def exercises(self) -> list[Exercise]:
        return list(self._blocks("exercise"))

    @cached_property
    def solutions(self) -> list[Exercise]:
        return list(self._blocks("solution"))

    @cached_property
    def order(self) -> list[tuple[str, str]]:
        """("exercise" or "solution", label) in the order of the text."""
        return [(kind, label) for kind, label, _ in _openings(self.markdown)]

    def _blocks(self, kind: str) -> Iterator[Exercise]:
        """Exercises or solutions; gated ones (``-start``, ``-end``) may hold code cells."""
        for number, cell in enumerate(self.cells):
            if cell["cell_type"] != "markdown":
                continue
            for found, label, match in _openings(source(cell)):
                if found != kind:
                    continue
                text, code, closed = source(cell)[match.end():], [], "-start" not in match[1]
                if closed:
                    text = re.split(r"^`{3,}\s*$", text, maxsplit=1, flags=re.M)[0]
                rest = iter(self.cells[number + 1:])
                while not closed and f"{{{kind}-end}}" not in text and (following := next(rest, None)):
                    if following["cell_type"] == "code":
                        code.append(source(following))
                    else:
                        text += "\n" + source(following)
                end = text.find(f"{{{kind}-end}}")
                inner = re.sub(r"^`{3,}[ \t]*$", "", text if end < 0 else text[:end].rstrip("`"), flags=re.M)
                yield Exercise(label, match[0], inner, "\n".join(code), closed or end >= 0)


def _openings(markdown: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """Kind, label and match of each exercise or solution that opens in a text.

    An exercise has its label as an option, a solution names the exercise in its opening line.
    """
    pattern = r"^`{3,}\{((exercise|solution)(?:-start)?)\}[ \t]*(.*)\n((?::[\w-]+:.*\n)*)"
    for match in re.finditer(pattern, markdown + "\n", re.M):
        option = re.search(r":label:\s*(\S+)", match[4])
        if match[2] == "exercise":
            yield match[2], option[1] if option else "", match
        else:
            yield match[2], match[3].strip(), match


def without_fences(text: str) -> str:
    """Markdown without fenced blocks, in which `#` starts a comment and no heading."""
    return re.sub(r"^(`{3,}).*?^\1`*\s*$", "", text, flags=re.S | re.M)


def figure_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Caption and name of the figure that a cell draws."""
    return cell.get("metadata", {}).get("mystnb", {}).get("figure", {})


def alt_of(cell: dict[str, Any]) -> str:
    """The alternative text of the figure that a cell draws."""
    return cell.get("metadata", {}).get("mystnb", {}).get("image", {}).get("alt", "")


def called(node: ast.Call) -> str:
    """The last name of what is called: ``f`` of ``f(x)`` and of ``a.b.f(x)``."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _label(item: ast.withitem) -> str:
    call = item.context_expr
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "?"


def _checks(block: ast.With, item: ast.withitem) -> tuple[str, ...]:
    """Names of the methods that the body calls on the claim's own variable."""
    variable = getattr(item.optional_vars, "id", None)
    return tuple(node.func.attr for statement in block.body for node in ast.walk(statement)
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                 and isinstance(node.func.value, ast.Name) and node.func.value.id == variable)
