"""A browser test is left out only where nothing that it sees has changed since it passed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import unchanged

PAGE = '<img src="../_images/a.svg"><figure data-file="../_images/b.json"></figure><script src="../_static/x.js">'
NAME = "tests/site/test_pages.py::test_it[book/page.html]"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in {"book/page.html": PAGE, "_images/a.svg": "a", "_images/b.json": "b", "_static/x.js": "x",
                       "_images/other.svg": "o"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    unchanged.common.cache_clear(), unchanged.seen.cache_clear()
    return tmp_path


def report(when: str, passed: bool, name: str = NAME + "@book/page.html") -> SimpleNamespace:
    return SimpleNamespace(nodeid=name, when=when, passed=passed, failed=not passed)


def item(marker: bool = True) -> SimpleNamespace:
    return SimpleNamespace(nodeid=NAME, callspec=SimpleNamespace(params={"page_name": "book/page.html"}),
                           get_closest_marker=lambda name: marker)


def after(site: Path, *reports: SimpleNamespace) -> unchanged.Unchanged:
    """The plugin of the run that follows one with these reports."""
    first = unchanged.Unchanged(site, site / "_build" / "passed.json")
    for each in reports:
        first.pytest_runtest_logreport(each)
    first.pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace()))
    unchanged.common.cache_clear(), unchanged.seen.cache_clear()
    return unchanged.Unchanged(site, site / "_build" / "passed.json")


def test_what_passed_is_left_out_and_nothing_else(site: Path) -> None:
    assert not after(site).known(item())
    again = after(site, report("setup", True), report("call", True), report("teardown", True))
    assert again.known(item()) and not again.known(item(marker=False))
    assert list(json.loads((site / "_build" / "passed.json").read_text())) == [NAME]
    assert not after(site, report("call", True), report("teardown", False)).known(item())
    assert not after(site, report("call", True), report("call", False)).known(item())


@pytest.mark.parametrize("name, opened", [("book/page.html", True), ("_images/a.svg", True), ("_images/b.json", True),
                                          ("_static/x.js", True), ("_images/other.svg", False)])
def test_a_page_is_opened_again_when_it_or_what_it_loads_changed(site: Path, name: str, opened: bool) -> None:
    passed = after(site, report("call", True))
    (site / name).write_text((site / name).read_text() + " ")
    assert passed.known(item()) != opened


def test_new_tests_open_every_page(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = after(site, report("call", True))
    (tmp_path / "tests").mkdir()
    monkeypatch.setattr(unchanged, "TESTS", tmp_path / "tests")
    assert not passed.known(item())
