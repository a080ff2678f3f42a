"""Every chapter in the table of contents keeps every rule of ``book/_tools/rules.py``."""

import json

import pytest
from chapter import Notebook
from execution import ROOT, notebooks
from rules import RULES, Book, bibliography, listed

BOOK = Book.read() if all(path.exists() for path in listed()) else Book()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("chapter", BOOK.chapters, ids=lambda chapter: chapter.name)
def test_chapter(chapter: Notebook, rule: str) -> None:
    faults = RULES[rule](chapter, BOOK)
    assert not faults, f"{chapter.name}: {RULES[rule].__doc__}\n" + "\n".join(faults)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_notebooks_outside_the_table_of_contents_are_tidy_too(path) -> None:
    assert not RULES["canonical form"](Notebook(path), BOOK)


def test_the_table_of_contents_lists_files_that_exist_once() -> None:
    assert [path for path in listed() if not path.exists()] == []
    assert len(set(listed())) == len(listed())


def test_chapters_follow_their_prerequisites() -> None:
    order = [path.stem for path in listed()]
    late = [(name, before) for name in order for before in BOOK.syllabus.get(name, {}).get("prerequisites", [])
            if before in order and order.index(before) > order.index(name)]
    assert not late


def test_the_bibliography_has_each_key_once() -> None:
    keys = [key for path in sorted((ROOT / "book").rglob("*.bib")) for key in bibliography(path.read_text("utf-8"))]
    assert len(set(keys)) == len(keys)


def test_the_syllabus_is_whole() -> None:
    syllabus = json.loads((ROOT / "tests/book/syllabus.json").read_text("utf-8"))
    topics = [topic for entry in syllabus.values() for topic in entry["topics"]]
    assert (len(syllabus), len(topics), len(set(topics))) == (33, 422, 422)
    assert all(before in syllabus for entry in syllabus.values() for before in entry["prerequisites"])
