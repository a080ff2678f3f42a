"""Each rule of the book rejects a notebook that breaks it, and a good notebook passes them all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from chapter import Notebook, canonical, canonical_text, good_id, source
from rules import RULES, SECTIONS, Book, bibliography, bodies, listed

SYLLABUS = {
    "toy": {"title": "Toys", "part": "foundations", "prerequisites": ["blocks"], "topics": {"toy-one": "One"}},
    "blocks": {"title": "Blocks", "part": "foundations", "prerequisites": [], "topics": {"blo-one": "One"}},
}


def text(name: str, body: str, **metadata: object) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": body}


def code(name: str, body: str, **metadata: object) -> dict:
    cell = text(name, body, **metadata)
    return cell | {"cell_type": "code", "outputs": [], "execution_count": None}


def figure(name: str) -> dict:
    mystnb = {"image": {"alt": "A line that rises from left to right"},
              "figure": {"caption": "A line.", "name": f"fig-{name}"}}
    return code(f"draw-{name}", "fig, ax = plt.subplots()\nax.plot(x)\nplt.show()", mystnb=mystnb)


def exercise(number: int) -> list[dict]:
    label = f"ex-toy-{number}"
    return [
        text(f"exercise-{number}", f"```{{exercise-start}} Task (●○○)\n:label: {label}\n```\n"
             "Write `half(x)`; `ex.half(half)` tries it.\n\n```{exercise-end}\n```"),
        text(f"solution-{number}", f"```{{solution-start}} {label}\n:class: dropdown\n```\nHalve it."),
        code(f"answer-{number}", "assert ex.half(lambda x: x / 2)"),
        text(f"end-{number}", "```{solution-end}\n```"),
    ]


def good_cells() -> list[dict]:
    """A chapter that keeps every rule."""
    filler = " ".join(["word"] * 1600)
    return [
        text("title", "# Toys\n\n" + filler),
        text("objectives", f"## {SECTIONS[0]}\n\n- one\n- two\n- three\n\nPrerequisites: {{doc}}`blocks`."),
        code("imports", "from derived.exercises import toy as ex\nrng = np.random.default_rng(0)"),
        text("rule", "$$\na = b\n$$ (eq-toy-rule)", tags=["toy-one"]),
        code("check-rule", 'with claim("eq-toy-rule", "The rule") as c:\n    c.holds(a, b)\n    c.rejects(-a, b)'),
        figure("one"), figure("two"),
        code("explore-one", 'explore(show, alt="A line", slope=[1, 2])'),
        code("show-source", "listing(a)"),
        text("data", "## Real data: iris"), code("iris", "data.load_iris()"),
        text("torch", "## The same in PyTorch"), code("in-torch", "assert torch.equal(a, b)"),
        text("slips", "## Common slips"), code("slip", "wrong(a)"),
        text("summary", "## Summary\n\nSee {cite:t}`Rosenblatt1958`."),
        text("exercises", "## Exercises"),
        *(cell for number in range(6) for cell in exercise(number)),
        text("notes", "## Notes and references"),
    ]


def notebook(cells: list[dict], name: str = "toy", part: str = "foundations") -> Notebook:
    return Notebook(Path("chapters") / part / f"{name}.ipynb", canonical_text({"cells": cells}))


def faults(rule: str, cells: list[dict], other: Notebook | None = None, **book: dict) -> list[str]:
    """What a rule finds in a chapter that stands in a book with one other chapter, `blocks`."""
    chapter = notebook(cells)
    chapters = [chapter, other or notebook([text("one", "# Blocks")], "blocks")]
    known = Book(chapters, SYLLABUS, {"Rosenblatt1958"}, book.get("library", {}))
    return RULES[rule](chapter, known)


def edited(name: str, old: str, new: str) -> list[dict]:
    """The good chapter with one replacement in one cell, which must have found something."""
    cells = good_cells()
    cell = next(cell for cell in cells if cell["id"] == name)
    assert old in source(cell)
    cell["source"] = source(cell).replace(old, new)
    return cells


def without(*names: str) -> list[dict]:
    return [cell for cell in good_cells() if cell["id"] not in names]


def retagged(name: str, **metadata: object) -> list[dict]:
    cells = good_cells()
    next(cell for cell in cells if cell["id"] == name)["metadata"] = metadata
    return cells


BLOCKS = notebook([text("one", "# Blocks\n\n$$\nx\n$$ (eq-toy-rule)"),
                   code("two", "def f(x):\n    y = x\n    y = y + 1\n    y = y + 2\n    return y")], "blocks")
COPY = "\ndef f(x):\n    '''Other words.'''\n    y = x\n    y = y + 1\n    y = y + 2\n    return y"

BROKEN: dict[str, tuple[str, Callable[[], list[dict]], str]] = {
    "few cells": ("size", lambda: good_cells()[:20], "20 cells"),
    "few words": ("size", lambda: edited("title", "word " * 200, ""), "1,500 to 4,000"),
    "many words": ("size", lambda: edited("title", "word ", "word word word "), "1,500 to 4,000"),
    "long cell": ("size", lambda: edited("slip", "wrong(a)", "wrong(a)\n" * 26), "26 lines"),
    "no slips": ("sections", lambda: without("slips", "slip"), "Common slips"),
    "no notes": ("sections", lambda: without("notes"), "Notes and references"),
    "order": ("sections", lambda: [*without("summary"), text("summary", "## Summary")], "order"),
    "no real data": ("sections", lambda: without("iris"), "runs nothing"),
    "torch unchecked": ("sections", lambda: edited("in-torch", "assert ", ""), "agrees"),
    "two titles": ("sections", lambda: edited("notes", "## Notes", "# More\n\n## Notes"), "2 titles"),
    "two objectives": ("opening", lambda: edited("objectives", "- three\n", ""), "2 objectives"),
    "no prerequisites": ("opening", lambda: edited("objectives", "Prerequisites", "Before"), "no prereq"),
    "not linked": ("opening", lambda: edited("objectives", "{doc}`blocks`", "blocks"), "not linked"),
    "topic missing": ("topics", lambda: retagged("rule"), "toy-one"),
    "tag unknown": ("topics", lambda: retagged("rule", tags=["toy-one", "toy-2"]), "toy-2"),
    "unclaimed": ("claims", lambda: edited("rule", "a = b", "a = b\n$$ (eq-toy-c)\n\n$$\nc"), "eq-toy-c"),
    "unclaimed theorem": ("claims", lambda: edited(
        "rule", "a = b", "a = b\n$$\n\n```{prf:theorem} T\n:label: thm-toy\n```\n\n$$"), "thm-toy is not claimed"),
    "unlabelled": ("claims", lambda: without("rule"), "no claims"),
    "label mistyped": ("claims", lambda: edited("check-rule", "eq-toy-rule", "eq-toy-rul"), "has no label"),
    "claimed twice": ("claims", lambda: [*good_cells(), code("again", source(good_cells()[4]))], "claimed 2 times"),
    "no rejects": ("claims", lambda: edited("check-rule", "c.rejects(-a, b)", "pass"), "rejects no wrong"),
    "rejects of another": ("claims", lambda: edited("check-rule", "c.rejects", "d.rejects"), "rejects no wrong"),
    "rejects in a comment": ("claims", lambda: edited("check-rule", "c.rejects", "c #.rejects"), "rejects no wrong"),
    "no check": ("claims", lambda: edited("check-rule", "c.holds(a, b)", "pass"), "checks nothing"),
    "no with": ("claims", lambda: edited("slip", "wrong(a)", 'c = claim("eq-toy-rule", "x")'), "outside a with"),
    "label computed": ("claims", lambda: edited("check-rule", '"eq-toy-rule"', 'f"eq-{name}"'), "not claimed"),
    "label twice": ("labels", lambda: edited("rule", "a = b", "a\n$$ (eq-toy-rule)\n\n$$\nc"), "also in"),
    "equation's prefix": ("labels", lambda: edited("rule", "eq-toy-rule", "toy-rule"), "start with eq-"),
    "one line": ("labels", lambda: edited("rule", "$$\na = b\n$$", "$$a = b$$"), "lines of its own"),
    "five exercises": ("exercises", lambda: [c for c in good_cells() if not c["id"].endswith("-5")], "5 exercises"),
    "no solution": ("exercises", lambda: without("solution-2", "answer-2", "end-2"), "ex-toy-2"),
    "empty solution": ("exercises", lambda: [c for c in edited("solution-2", "Halve it.", "")
                                             if c["id"] != "answer-2"], "is empty"),
    "solutions apart": ("exercises", lambda: [*without("solution-2", "answer-2", "end-2"), *exercise(2)[1:]], "order"),
    "exercise's label": ("exercises", lambda: edited("exercise-2", "ex-toy-2", "ex-two"), "starts with ex-toy-"),
    "no difficulty": ("exercises", lambda: edited("exercise-2", " (●○○)", ""), "no difficulty"),
    "open solution": ("exercises", lambda: edited("solution-2", "\n:class: dropdown", ""), "not a dropdown"),
    "closed twice": ("exercises", lambda: edited("notes", "## Notes", "```{solution-end}\n```\n\n## Notes"),
                     "solution-end"),
    "not closed": ("exercises", lambda: without("end-5"), "not closed"),
    "not asserted": ("checkers", lambda: edited("answer-2", "assert ex.half", "ex.half"), "does not assert"),
    "other checker": ("checkers", lambda: edited("answer-2", "ex.half", "ex.third"), "does not assert ex.half"),
    "no checker": ("checkers", lambda: edited("imports", "toy as ex", "toy as other"), "no exercise names"),
    "no alt": ("figures", lambda: retagged("draw-one"), "alternative text"),
    "no caption": ("figures", lambda: retagged("draw-one", mystnb={"image": {"alt": "A line"}}), "caption"),
    "one figure": ("figures", lambda: without("draw-one"), "1 static figures"),
    "not interactive": ("figures", lambda: without("explore-one"), "no interactive"),
    "explore without alt": ("figures", lambda: edited("explore-one", 'alt="A line", ', ""), "without alt="),
    "no listing": ("library shown", lambda: without("show-source"), "no library source"),
    "magic": ("banned", lambda: edited("slip", "wrong(a)", "%matplotlib inline"), "not Python"),
    "pip": ("banned", lambda: edited("slip", "wrong(a)", "!pip install x"), "installed"),
    "explore hidden": ("figures", lambda: edited("explore-one", "2])", "2])\nx = 1"), "last statement"),
    "interact": ("banned", lambda: edited("slip", "wrong(a)", "interact(f)"), "explore"),
    "animation": ("banned", lambda: edited("slip", "wrong(a)", "a.to_jshtml()"), "explore"),
    "path": ("banned", lambda: edited("slip", "wrong(a)", "sys.path.append(a)"), "sys.path"),
    "seed": ("banned", lambda: edited("slip", "wrong(a)", "np.random.seed(0)"), "Generator"),
    "old random": ("banned", lambda: edited("slip", "wrong(a)", "np.random.randn(3)"), "Generator"),
    "torch seed": ("banned", lambda: edited("slip", "wrong(a)", "torch.manual_seed(0)"), "global seed"),
    "download": ("banned", lambda: edited("slip", "wrong(a)", "urlopen(a)"), "loads nothing"),
    "silence": ("banned", lambda: edited("slip", "wrong(a)", 'warnings.simplefilter("ignore")'), "silenced"),
    "skipped": ("banned", lambda: edited("slip", "wrong(a)", "# NBVAL_SKIP"), "every cell runs"),
    "unknown source": ("citations", lambda: edited("summary", "Rosenblatt1958", "Rosenblatt1957"), "bibliography"),
    "no source": ("citations", lambda: edited("summary", "{cite:t}`Rosenblatt1958`", "a book"), "nothing is cited"),
    "typed number": ("references", lambda: edited("notes", "## Notes", "See Figure 3.\n\n## Notes"), "use a role"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_good_chapter_passes(rule: str) -> None:
    assert faults(rule, good_cells()) == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_chapter_is_rejected(case: str) -> None:
    rule, cells, expected = BROKEN[case]
    assert any(expected in fault for fault in faults(rule, cells())), faults(rule, cells())


def test_every_rule_is_seen_to_reject() -> None:
    elsewhere = {"canonical form", "place"}
    assert set(RULES) == {rule for rule, _, _ in BROKEN.values()} | elsewhere


def test_labels_are_unique_over_the_book() -> None:
    assert faults("labels", good_cells(), BLOCKS) == ["label eq-toy-rule also in toy, blocks"]


def test_a_function_that_stands_in_two_chapters_is_rejected() -> None:
    copied = edited("slip", "wrong(a)", COPY)
    assert faults("library shown", copied) == []
    assert faults("library shown", copied, BLOCKS) == ["f also stands in blocks"]


def test_a_function_of_the_library_is_rejected_outside_solutions() -> None:
    library = {body: "lib/derived/f.py" for _, body in bodies(BLOCKS.trees)}
    assert len(library) == 1
    assert faults("library shown", edited("slip", "wrong(a)", COPY), library=library)
    assert not faults("library shown", edited("answer-2", "assert", COPY.strip() + "\nassert"), library=library)


@pytest.mark.parametrize(("path", "expected"), [
    ("chapters/networks/toy.ipynb", "belongs into chapters/foundations/"),
    ("chapters/foundations/other.ipynb", "not a chapter"),
])
def test_a_chapter_in_the_wrong_place_is_rejected(path: str, expected: str) -> None:
    chapter = Notebook(Path(path), canonical_text({"cells": good_cells()}))
    assert expected in RULES["place"](chapter, Book([chapter], SYLLABUS))[0]


def messy(**changes: object) -> Notebook:
    data = json.loads(canonical_text({"cells": good_cells()}))
    data["cells"][2] |= changes
    return Notebook(Path("toy.ipynb"), json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


@pytest.mark.parametrize("changes", [
    {"outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]},
    {"execution_count": 3},
    {"metadata": {"collapsed": True}},
    {"source": "one string"},
    {"id": "9f8a7b6c"},
    {"id": "Two Words"},
    {"id": "title"},
    {"source": []},
], ids=lambda changes: json.dumps(changes)[:40])
def test_an_untidy_notebook_is_rejected_and_tidied(changes: dict) -> None:
    chapter = messy(**changes)
    assert RULES["canonical form"](chapter, Book())
    tidied = Notebook(chapter.path, canonical_text(chapter.data))
    assert RULES["canonical form"](tidied, Book()) == []


def test_tidying_twice_changes_nothing_and_keeps_good_ids() -> None:
    once = canonical({"cells": good_cells()})
    assert canonical(once) == once
    assert [cell["id"] for cell in once["cells"]] == [cell["id"] for cell in good_cells()]


@pytest.mark.parametrize(("name", "good"), [
    ("check-rule", True), ("facade", True), ("ab12cd34", False), ("12345678", False), ("a_b", False), ("", False),
    ("a1b2c3d4-e5f6-4a7b-8c9d-000000000000", False),
])
def test_ids(name: str, good: bool) -> None:
    assert good_id(name) is good


def test_the_table_of_contents_is_read(tmp_path: Path) -> None:
    assert listed(tmp_path) == []
    (tmp_path / "_toc.yml").write_text("root: book/index\nparts:\n- chapters:\n  - file: chapters/foundations/toy\n")
    assert listed(tmp_path) == [tmp_path / "chapters/foundations/toy.ipynb"]


def test_the_bibliography_is_read() -> None:
    assert bibliography("@book{A1,\n title={B}}\n@comment{x}\n@Article{ B2 ,\n") == ["A1", "B2"]
