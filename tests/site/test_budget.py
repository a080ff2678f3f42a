"""How much a reader's browser loads.  This file comes before those that scroll and press, which load more."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.browser
FIRST_VIEW, WHOLE_PAGE = 600_000, 2_500_000
PACKED = (".woff2", ".png", ".webp", ".jpg")
LOADED = re.compile(r'(?:<(?:img|script)[^>]*?\ssrc|data-file)="([^"#]+)"')


@cache
def weight(path: Path) -> int:
    """Bytes that go over the net for a file: what is not packed by itself is sent with gzip."""
    data = path.read_bytes()
    return len(data if path.suffix in PACKED else gzip.compress(data))


def total(paths: set[Path]) -> tuple[int, list[str]]:
    """The sum, and the heaviest files for the message of a failure."""
    heaviest = sorted(paths, key=weight, reverse=True)[:5]
    return sum(map(weight, paths)), [f"{path.name}: {weight(path) // 1000} kB" for path in heaviest]


def test_first_view_and_whole_page_are_light(visit, site, page_name):
    visit.page.evaluate("document.fonts.ready")
    addresses = {unquote(urlsplit(url).path) for url in visit.requests if url.startswith(visit.server)}
    first = {site / address.lstrip("/") for address in addresses}
    page = site / page_name
    text = page.read_text(encoding="utf-8")
    later = {(page.parent / unquote(urlsplit(found).path)).resolve() for found in LOADED.findall(text)
             if not urlsplit(found).scheme}
    size, heaviest = total(first)
    if page_name.startswith("chapters/"):
        assert size <= FIRST_VIEW, heaviest
    size, heaviest = total(first | later)
    assert size <= WHOLE_PAGE, heaviest
