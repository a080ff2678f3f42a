"""A page is not opened again where nothing that decides about its browser tests has changed since they passed.

`_build/passed.json` holds, for each test that passed, the hash of what it saw: the page, what it loads, the tests
themselves and the browser.  `make clean` forgets it, and a fresh clone has none.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import chromium
import pytest

TESTS = Path(__file__).resolve().parents[2] / "tests" / "site"
LOADED = re.compile(rb'(?:src|data-file)="([^"#?:]+)')  # what stands on the page; CSS, scripts, fonts are in _static


@cache
def common(site: Path) -> str:
    """Hash of what all pages share."""
    version = [chromium.executable() or "true", "--version"]
    digest = hashlib.sha256(subprocess.run(version, capture_output=True).stdout)
    for folder in (site / "_static", TESTS):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def seen(site: Path, page: str) -> str:
    """Hash of what the tests of a page see."""
    content = (site / page).read_bytes()
    digest = hashlib.sha256(common(site).encode() + content)
    for name in sorted(set(LOADED.findall(content))):
        path = (site / page).parent / unquote(name.decode())
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    return digest.hexdigest()


class Unchanged:
    """pytest plugin: leave out the browser tests of unchanged pages, and note those that pass."""

    def __init__(self, site: Path, notes: Path) -> None:
        self.site, self.notes = site, notes
        self.passed: dict[str, str] = json.loads(notes.read_text()) if notes.exists() else {}

    def known(self, item: Any) -> bool:
        """True for a browser test of a page that passed on what stands there now."""
        page = item.callspec.params.get("page_name") if hasattr(item, "callspec") else None
        before = self.passed.get(item.nodeid.split("@")[0])
        return bool(page and before and item.get_closest_marker("browser") and before == seen(self.site, page))

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left_out = [item for item in items if self.known(item)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed if its call did and neither setup nor teardown failed."""
        name = report.nodeid.split("@")[0]  # xdist adds the group
        page = re.search(r"\[(.+\.html)\]$", name)
        if page and report.when == "call" and report.passed:
            self.passed[name] = seen(self.site, page[1])
        elif report.failed:
            self.passed.pop(name, None)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Only the controller has the results of all workers."""
        if (self.passed or self.notes.exists()) and not hasattr(session.config, "workerinput"):
            self.notes.parent.mkdir(exist_ok=True)
            self.notes.write_text(json.dumps(self.passed, indent=0, sort_keys=True))
