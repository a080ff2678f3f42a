"""The rules of the book: what each chapter in the table of contents keeps.

A rule is a function (notebook, book) -> list of faults; its docstring is the rule as an author
reads it.  ``tests/book/test_notebooks.py`` applies every rule to every chapter,
``tests/book/test_rules.py`` shows that each rule rejects a notebook that breaks it, and
``python book/_tools/rules.py [NAME ...]`` lists the faults of chapters on the command line.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from chapter import Notebook, alt_of, canonical_text, figure_of, good_id, source, without_fences

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ("What you will be able to do", "Real data", "The same in PyTorch", "Common slips",
            "Summary", "Exercises", "Notes and references")
CHECKS = {"holds", "bounds", "estimates", "enumerates", "converges"}
SYSTEM_TAGS = {"hide-input", "hide-output", "hide-cell", "raises-exception", "full-width", "margin",
               "scroll-output"}
BANNED = {
    r"\binteract(?:ive|_manual)?\(": "raw ipywidgets are dead on the site: use explore(...)",
    r"\bto_(?:jshtml|html5_video)\b": "an animation loads a font from elsewhere: use explore(...)",
    r"^\s*[%!].*\b(?:pip|conda|apt)\b": "nothing is installed from inside a chapter",
    r"^\s*[%!]": "magics and shell commands are not Python",
    r"\bsys\.path\b": "the library is installed: no sys.path",
    r"\b(?:np|numpy)\.random\.(?!default_rng|Generator|SeedSequence|BitGenerator|PCG64)\w+":
        "randomness comes from a Generator that is passed on",
    r"\btorch\.manual_seed\(|\brandom\.seed\(": "no global seed: give torch a Generator or our own numbers",
    r"\burlopen\b|\burlretrieve\b|\brequests\.|\bfetch_openml\b|\bdownload=True": "a chapter loads nothing",
    r"\bwarnings\.(?:filterwarnings|simplefilter|catch_warnings)\b": "warnings are repaired, not silenced",
    r"NBVAL_|PYTEST_VALIDATE": "every cell runs and its claims are checked",
}

Rule = Callable[["Notebook", "Book"], list[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__.replace("_", " ")] = function
    return function


@dataclass
class Book:
    """What a rule knows besides the notebook: the other chapters, the syllabus, the library."""

    chapters: list[Notebook] = field(default_factory=list)
    syllabus: dict[str, dict] = field(default_factory=dict)
    citations: set[str] = field(default_factory=set)
    library: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path = ROOT) -> Book:
        keys = {key for path in (root / "book").rglob("*.bib") for key in bibliography(path.read_text("utf-8"))}
        syllabus = json.loads((root / "tests" / "book" / "syllabus.json").read_text("utf-8"))
        return cls([Notebook(path) for path in listed(root)], syllabus, keys, library_bodies(root))

    @cached_property
    def bodies(self) -> dict[str, set[str]]:
        """For each function body, the chapters in which it stands."""
        places: dict[str, set[str]] = {}
        for chapter in self.chapters:
            for _, body in bodies(chapter.trees):
                places.setdefault(body, set()).add(chapter.name)
        return places

    @cached_property
    def owners(self) -> dict[str, list[str]]:
        """For each label, the chapters that define it."""
        places: dict[str, list[str]] = {}
        for chapter in self.chapters:
            for label in chapter.targets:
                places.setdefault(label, []).append(chapter.name)
        return places


def listed(root: Path = ROOT) -> list[Path]:
    """The chapters in the table of contents, in its order."""
    toc = root / "_toc.yml"
    names = re.findall(r"file:\s*[\"']?(chapters/[\w/-]+)", toc.read_text("utf-8")) if toc.exists() else []
    return [root / f"{name}.ipynb" for name in names]


def bibliography(text: str) -> list[str]:
    """The keys of a .bib file, as often as they stand there."""
    return re.findall(r"^\s*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)", text, re.M | re.I)


def bodies(trees: list[tuple[dict, ast.Module]]) -> list[tuple[str, str]]:
    """Name and normalised body of each function or class of four lines or more, docstring aside."""
    found = []
    for _, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.end_lineno - node.lineno >= 4:
                text = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
                lines = node.body[1:] if text else node.body
                if lines and lines[-1].end_lineno - lines[0].lineno >= 3 or not text:
                    found.append((node.name, ast.dump(ast.Module(lines, []))))
    return found


def library_bodies(root: Path) -> dict[str, str]:
    """Function bodies of the library, with the file in which each stands."""
    found = {}
    for path in sorted((root / "lib" / "derived").rglob("*.py")):
        for _, body in bodies([({}, ast.parse(path.read_text("utf-8")))]):
            found.setdefault(body, path.relative_to(root).as_posix())
    return found


@rule
def canonical_form(nb: Notebook, book: Book) -> list[str]:
    """Outputs stripped, metadata and ids canonical, as `make tidy` writes it."""
    ids = [cell.get("id", "") for cell in nb.cells]
    faults = [f"cell id {name!r} is not a stable word" for name in ids if not good_id(name)]
    faults += [f"cell id {name!r} twice" for name, times in Counter(ids).items() if times > 1]
    if not faults and nb.text != canonical_text(nb.data):
        faults.append("not in canonical form: run `make tidy`")
    return faults


@rule
def place(nb: Notebook, book: Book) -> list[str]:
    """The file stands in the folder of its part, under its name in the syllabus."""
    entry = book.syllabus.get(nb.name)
    if entry is None:
        return [f"{nb.name} is not a chapter of the syllabus"]
    return [] if nb.path.parent.name == entry["part"] else [f"belongs into chapters/{entry['part']}/"]


@rule
def size(nb: Notebook, book: Book) -> list[str]:
    """30 to 70 cells, 1,500 to 4,000 words, no code cell over 25 lines."""
    faults = [] if 30 <= len(nb.cells) <= 70 else [f"{len(nb.cells)} cells, expected 30 to 70"]
    faults += [] if 1500 <= nb.words <= 4000 else [f"{nb.words} words, expected 1,500 to 4,000"]
    for cell in nb.code:
        lines = sum(1 for line in source(cell).splitlines() if line.strip())
        faults += [f"cell {cell['id']}: {lines} lines, allowed are 25"] if lines > 25 else []
    return faults


@rule
def sections(nb: Notebook, book: Book) -> list[str]:
    """One title; the required sections, in their order; code where a section promises it."""
    titles = [line for cell in nb.prose for line in re.findall(r"^# .+", without_fences(source(cell)), re.M)]
    faults = [] if len(titles) == 1 else [f"{len(titles)} titles of the first level, expected one"]
    headings = [heading.lower() for heading, _ in nb.sections]
    found = [next((i for i, h in enumerate(headings) if name.lower() in h), None) for name in SECTIONS]
    faults += [f"no section {name!r}" for name, at in zip(SECTIONS, found, strict=True) if at is None]
    present = [at for at in found if at is not None]
    faults += ["the required sections are not in their order"] if present != sorted(present) else []
    for name, at in zip(SECTIONS, found, strict=True):
        cells = nb.sections[at][1] if at is not None else []
        code = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
        if name in ("Real data", "The same in PyTorch", "Common slips") and at is not None and not code:
            faults.append(f"section {name!r} runs nothing")
        if name == "The same in PyTorch" and code and not ("torch" in code and re.search(r"claim\(|assert", code)):
            faults.append(f"section {name!r} does not check that torch agrees")
    return faults


@rule
def opening(nb: Notebook, book: Book) -> list[str]:
    """3 to 6 objectives and the prerequisites, linked where they are chapters."""
    cells = next((cells for heading, cells in nb.sections if heading.lower() == SECTIONS[0].lower()), [])
    text = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    text = text[text.lower().find(SECTIONS[0].lower()):]
    first = re.search(r"(?:^(?:[-*]|\d+\.) .*\n?(?:^ +.*\n?)*)+", text, re.M)
    objectives = len(re.findall(r"^(?:[-*]|\d+\.) ", first[0], re.M)) if first else 0
    faults = [] if 3 <= objectives <= 6 else [f"{objectives} objectives, expected 3 to 6"]
    faults += [] if re.search(r"prerequisite", text, re.I) else ["no prerequisites"]
    written = {chapter.name for chapter in book.chapters}
    for name in book.syllabus.get(nb.name, {}).get("prerequisites", []):
        if name in written and not re.search(rf"(?:\{{(?:doc|ref)\}}`|\]\()[^`)]*\b{name}\b", text):
            faults.append(f"the prerequisite {name} is not linked")
    return faults


@rule
def topics(nb: Notebook, book: Book) -> list[str]:
    """Every row of the syllabus is the tag of a cell; every other tag is known."""
    wanted = book.syllabus.get(nb.name, {}).get("topics", {})
    known = SYSTEM_TAGS.union(*(entry["topics"] for entry in book.syllabus.values()))
    return ([f"the topic {topic} ({wanted[topic]}) is not there" for topic in wanted if topic not in nb.tags]
            + [f"unknown tag {tag!r}" for tag in sorted(nb.tags - known)])


@rule
def claims(nb: Notebook, book: Book) -> list[str]:
    """Each label is claimed once, each claim labelled; each has a check and a wrong version."""
    labels, claimed = Counter(nb.labels), Counter(claim.label for claim in nb.claims)
    faults = [f"{label} is not claimed" for label in labels if label not in claimed]
    faults += [f"the claim {label} has no label in the text" for label in claimed if label not in labels]
    faults += [f"{label} is claimed {times} times" for label, times in claimed.items() if times > 1]
    for claim in nb.claims:
        if not CHECKS & set(claim.checks):
            faults.append(f"the claim {claim.label} checks nothing")
        if "rejects" not in claim.checks:
            faults.append(f"the claim {claim.label} rejects no wrong version")
    outside = sum(1 for _ in nb.calls("claim")) - len(nb.claims)
    faults += [f"{outside} calls of claim outside a with statement"] if outside else []
    return faults if labels else ["no claims at all"]


@rule
def labels(nb: Notebook, book: Book) -> list[str]:
    """Labels are unique in the book; equations start with eq-, exercises with ex-chapter-."""
    faults = [f"label {label} also in {', '.join(book.owners[label])}" for label in dict.fromkeys(nb.targets)
              if len(book.owners.get(label, [])) > 1]
    faults += [f"equation {label}: labels of equations start with eq-"
               for label in re.findall(r"\$\$\s*\(([\w-]+)\)", nb.markdown) if not label.startswith("eq-")]
    faults += [f"one-line formula with a label ({label}): $$ stands on lines of its own"
               for label in re.findall(r"\$\$[^\n$]+\$\$\s*\((eq-[\w-]+)\)", nb.markdown)]
    return faults


@rule
def exercises(nb: Notebook, book: Book) -> list[str]:
    """Six exercises or more, labelled, of stated difficulty, each with its solution beside it."""
    faults = [] if len(nb.exercises) >= 6 else [f"{len(nb.exercises)} exercises, expected 6 or more"]
    for item in nb.exercises:
        where = item.label or item.opening.splitlines()[0]
        if not item.label.startswith(f"ex-{nb.name}-"):
            faults.append(f"exercise {where}: its label starts with ex-{nb.name}-")
        if not re.search(r"●○○|●●○|●●●", item.opening):
            faults.append(f"exercise {where}: no difficulty (●○○, ●●○ or ●●●)")
    for item in nb.solutions:
        faults += [] if ":class: dropdown" in item.opening else [f"solution of {item.label}: not a dropdown"]
        faults += [] if item.text.strip() or item.code else [f"solution of {item.label} is empty"]
    faults += [f"{item.label} is not closed" for item in nb.exercises + nb.solutions if not item.closed]
    gates = Counter(re.findall(r"^`{3,}\{((?:exercise|solution)-(?:start|end))\}", nb.markdown, re.M))
    faults += [f"{gates[f'{kind}-start']} {kind}-start but {gates[f'{kind}-end']} {kind}-end"
               for kind in ("exercise", "solution") if gates[f"{kind}-start"] != gates[f"{kind}-end"]]
    expected = [pair for kind, label in nb.order if kind == "exercise"
                for pair in (("exercise", label), ("solution", label))]
    if nb.order != expected:
        alone = [label for kind, label in nb.order if nb.order.count(("solution", label)) != 1]
        faults.append(f"each exercise is followed by its one solution; look at {', '.join(alone) or 'the order'}")
    return faults


@rule
def checkers(nb: Notebook, book: Book) -> list[str]:
    """A coding exercise names its checker, and its solution asserts it; a chapter has one or more."""
    alias = {name.asname or name.name for _, tree in nb.trees for node in ast.walk(tree)
             if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("derived.exercises")
             for name in node.names}
    faults, seen = [], 0
    for item in nb.exercises:
        named = {match[1] for match in re.finditer(r"\b(\w+\.\w+)\(", item.text + "\n" + item.code)
                 if match[1].split(".")[0] in alias}
        seen += len(named)
        code = "\n".join(solution.code for solution in nb.solutions if solution.label == item.label)
        asserted = {ast.unparse(node.func) for statement in ast.walk(_parsed(code))
                    if isinstance(statement, ast.Assert) for node in ast.walk(statement.test)
                    if isinstance(node, ast.Call)}
        faults += [f"solution of {item.label}: does not assert {name}(...)" for name in sorted(named - asserted)]
    return faults if seen else [*faults, "no exercise names a checker of derived.exercises"]


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module([], [])


@rule
def figures(nb: Notebook, book: Book) -> list[str]:
    """Alt text, caption and name on each cell that draws; two static figures, one interactive."""
    faults = []
    for cell in nb.code:
        code = source(cell)
        draws = re.search(r"\bplt\.|\bfig\b|\bax\b|draw_|plot_|\.plot\(", code)
        shows = re.search(r"plt\.show|subplots|\bfigure\(|draw_|plot_|imshow", code)
        if draws and shows and "explore(" not in code and len(alt_of(cell)) < 20:
            faults.append(f"cell {cell['id']} draws without alternative text of 20 letters or more")
    pictures = [cell for cell in nb.cells if alt_of(cell) or figure_of(cell)]
    for cell in pictures:
        figure = figure_of(cell)
        if not figure.get("caption") or not figure.get("name", "").startswith("fig-"):
            faults.append(f"cell {cell['id']}: a figure has a caption and a name fig-…")
        if not alt_of(cell):
            faults.append(f"cell {cell['id']}: a figure has alternative text")
    faults += [] if len(pictures) >= 2 else [f"{len(pictures)} static figures, expected 2 or more"]
    calls = list(nb.calls("explore"))
    faults += [] if calls else ["no interactive figure (explore)"]
    faults += ["explore without alt=" for call in calls if not any(k.arg == "alt" for k in call.keywords)]
    faults += [f"cell {cell['id']}: explore(…) is not the last statement, so nothing is shown" for cell in nb.code
               if "explore(" in source(cell) and not re.match(r"explore\(", _last_statement(source(cell)))]
    return faults


def _last_statement(code: str) -> str:
    """Source of the last statement of a cell."""
    body = _parsed(code).body
    return ast.get_source_segment(code, body[-1]) if body else ""


@rule
def library_shown(nb: Notebook, book: Book) -> list[str]:
    """The chapter shows library source with listing, and writes no function a second time."""
    faults = [] if any(nb.calls("listing")) else ["shows no library source (listing)"]
    solved = {text for item in nb.solutions for text in item.code.splitlines()}
    for cell, tree in nb.trees:
        for name, body in bodies([(cell, tree)]):
            others = book.bodies.get(body, set()) - {nb.name}
            faults += [f"{name} also stands in {', '.join(sorted(others))}"] if others else []
            if body in book.library and not set(source(cell).splitlines()) <= solved:
                faults.append(f"{name} already stands in {book.library[body]}")
    return faults


@rule
def banned(nb: Notebook, book: Book) -> list[str]:
    """No raw widgets, installs, magics, path edits, global seeds, downloads, silenced warnings."""
    return [f"cell {cell['id']}: {match[0].strip()} – {reason}" for cell in nb.code
            for pattern, reason in BANNED.items() if (match := re.search(pattern, source(cell), re.M))]


@rule
def citations(nb: Notebook, book: Book) -> list[str]:
    """Sources are cited, and each stands in the bibliography."""
    cited = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", nb.markdown)
    keys = {re.sub(r"^\{.*?\}|\{.*?\}$", "", key.strip()) for group in cited for key in group.split(",")}
    faults = [f"{key} is not in the bibliography" for key in sorted(keys - book.citations)]
    return faults if keys else ["nothing is cited"]


@rule
def references(nb: Notebook, book: Book) -> list[str]:
    """References to our own equations, figures and chapters are roles, never typed numbers."""
    faults = []
    for cell in nb.prose:
        for paragraph in re.split(r"\n\s*\n", source(cell)):
            typed = re.search(r"\b(?:Eqs?|Equations?|Figs?|Figures?|Chapters?|Exercises?)\b\.?\s*\(?\d", paragraph)
            if typed and "{cite" not in paragraph:
                faults.append(f"cell {cell['id']}: {typed[0]!r} is a typed number, use a role")
    return faults


def main(names: list[str]) -> int:
    """Print the faults of the named chapters, or of all in the table of contents."""
    book = Book.read()
    if names:
        found = [Notebook(path) for path in sorted((ROOT / "chapters").rglob("*.ipynb")) if path.stem in names]
        listed_names = {chapter.name for chapter in book.chapters}
        book.chapters += [chapter for chapter in found if chapter.name not in listed_names]
    faults = 0
    for chapter in book.chapters:
        for name, check in RULES.items():
            for fault in check(chapter, book) if not names or chapter.name in names else []:
                faults += 1
                print(f"{chapter.name}: {name}: {fault}")
    print(f"{faults} faults" if faults else "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
