"""Every link inside the site leads to a page and an anchor that exist; redirects arrive; addresses are full."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlparse

import pytest


class Reader(HTMLParser):
    """Links and anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.anchors.update(filter(None, (found.get("id"), found.get("name"))))
        address = found.get("href") if tag in ("a", "link") else found.get("src")
        if address:
            self.links.append(address)


@cache
def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_internal_links_resolve(site, page_name):
    broken = []
    for link in read(site / page_name).links:
        address = urlparse(urljoin(f"http://site/{page_name}", link))
        if address.netloc != "site" or address.scheme != "http":
            continue
        target = site / unquote(address.path).lstrip("/")
        anchor = unquote(address.fragment)
        if not target.is_file():
            broken.append(f"{link}: no such file")
        elif anchor and target.suffix == ".html" and anchor not in read(target).anchors:
            broken.append(f"{link}: no such anchor")
    assert broken == []


def test_launch_buttons_lead_to_the_notebook(site, page_name):
    if not page_name.startswith("chapters/"):
        pytest.skip("not a chapter")
    name = page_name.removesuffix(".html") + ".ipynb"
    links = read(site / page_name).links
    assert any(link.startswith("https://mybinder.org/") and f"lab/tree/{name}" in unquote(link) for link in links)
    assert any(link.startswith("https://colab.research.google.com/") and link.endswith(name) for link in links)


@pytest.mark.browser
def test_redirects_arrive(redirect, browser, server, site):
    page = browser.new_context().new_page()
    page.goto(f"{server}/{redirect}#some-anchor")
    page.wait_for_url(lambda url: url.split("#")[0] != f"{server}/{redirect}", timeout=5000)
    assert (site / urlparse(page.url).path.lstrip("/")).is_file()
    assert page.url.endswith("#some-anchor")
    page.context.close()


@pytest.mark.browser
def test_redirects_arrive_without_javascript(redirect, browser, server):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{server}/{redirect}")
    page.wait_for_url(lambda url: url != f"{server}/{redirect}", timeout=5000)
    page.context.close()
