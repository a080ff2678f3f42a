"""A browser on the built site, served from this machine alone.

The tests skip where the site was not built (`make site`) or no Chromium is installed.  Each page is opened once;
what the tests ask of it is gathered in a `Visit`.
"""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chromium
import pytest
from unchanged import Unchanged

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))
NOT_BUILT = f"no built site in {SITE}: run `make site` first"


def pytest_configure(config: pytest.Config) -> None:
    """Pages that did not change since they passed are not opened again."""
    config.pluginmanager.register(Unchanged(SITE, ROOT / "_build" / "passed.json"))


def pages() -> list[str]:
    """Every page of the site as a path below its root, redirects left out."""
    found = sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)
    return [path.relative_to(SITE).as_posix() for path in found if not is_redirect(path)]


def is_redirect(path: Path) -> bool:
    """True for a page that only leads to another."""
    return "window.location.replace" in path.read_text(encoding="utf-8")[:2000]


def redirects() -> list[str]:
    """Every redirecting page as a path below the root of the site."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if is_redirect(path))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a page for tests that take `page_name`, one a redirect for those that take `redirect`.

    The tests of a page form a group, so that one worker has the page open for all of them.
    """
    for argument, find in (("page_name", pages), ("redirect", redirects)):
        if argument in metafunc.fixturenames:
            found = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in find()]
            missing = pytest.param("", marks=pytest.mark.skip(NOT_BUILT))
            metafunc.parametrize(argument, found or [missing], scope="session")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that does not write a line a request."""

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.skip(NOT_BUILT)
    return SITE


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """Address of the site, on a free port of this machine."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        serving.daemon_threads = True
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    executable = chromium.executable()
    if executable is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium, or set BOOK_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def unset(browser: Any) -> Iterator[Any]:
    """A window that leaves formulas as they are written: setting them takes longest and is not always asked about."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.route("**/mathjax/**", lambda route: route.abort())
    yield context.new_page()
    context.close()


@dataclass
class Visit:
    """One page, open in the browser at the size of a desk, and what went on while it loaded."""

    page: Any
    server: str
    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note requests, missing files and errors from now on."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", lambda response: self.failed.append(response.url) if response.status >= 400 else None)
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def open(self, name: str) -> None:
        """Load a page and wait until its formulas are typeset."""
        self.page.goto(f"{self.server}/{name}", wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise ?? null")


@pytest.fixture(scope="session")
def visits(browser: Any, server: str) -> Iterator[dict[str, Visit]]:
    """Pages that are open already, by name."""
    opened: dict[str, Visit] = {}
    yield opened
    for visit in opened.values():
        visit.page.context.close()


@pytest.fixture(scope="session")
def visit(page_name: str, browser: Any, server: str, visits: dict[str, Visit]) -> Visit:
    """The page under test; only one stays open at a time."""
    if page_name not in visits:
        for old in visits.values():
            old.page.context.close()
        visits.clear()
        context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
        visits[page_name] = Visit(context.new_page(), server)
        visits[page_name].watch()
        visits[page_name].open(page_name)
    return visits[page_name]
