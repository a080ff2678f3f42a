"""What leads a reader to a thing: search, index, map, links from the sources shown."""

from __future__ import annotations

import html
import re

import pytest

SHOWN = re.compile(r'<p><a [^>]*href="https://github\.com/[^"]*/blob/main/lib/derived/[^"]*#L[^"]*".*?</p>', re.DOTALL)


def test_the_index_lists_the_glossary_and_the_library(site):
    index = (site / "genindex.html").read_text(encoding="utf-8")
    glossary = (site / "book" / "glossary.html").read_text(encoding="utf-8")
    terms = re.findall(r'<dt id="(term-[^"]+)"', glossary)
    assert len(terms) >= 120
    assert [term for term in terms if f'href="book/glossary.html#{term}"' not in index] == []
    assert index.count('href="book/library/') >= 500


def test_the_map_leads_to_every_chapter(site):
    welcome = (site / "book" / "welcome.html").read_text(encoding="utf-8")
    linked = re.findall(r'<li class="there"><p>.*?href="\.\./(chapters/[^"#]+)"', welcome)
    assert sorted(linked) == sorted(path.relative_to(site).as_posix() for path in (site / "chapters").rglob("*.html"))


def test_shown_sources_lead_to_the_code_and_to_the_reference(site, page_name):
    shown = SHOWN.findall((site / page_name).read_text(encoding="utf-8"))
    if page_name.startswith("chapters/"):
        assert shown, "a chapter shows what it imports"
        assert [line for line in shown if ">reference</a>" not in line] == []


def test_the_plain_list_names_every_page(site):
    pages = (site / "sitemap.txt").read_text(encoding="utf-8").split()
    listed = re.findall(r"^- \[.+\]\((.+?)\): (.+)$", (site / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(address for address, _ in listed) == pages
    assert all(len(description) >= 40 for _, description in listed)


@pytest.mark.browser
def test_search_names_pages_and_shows_no_solution(browser, server, site):
    page = browser.new_page()
    page.goto(f"{server}/search.html?q=dropout")
    page.wait_for_selector("#search-results li .context", timeout=20_000)
    page.wait_for_function("document.querySelectorAll('#search-results li').length >= 10", timeout=20_000)
    titles = page.locator("#search-results li > a").all_inner_texts()
    chapter = titles.index("17. Ensembles, dropout, distillation")
    assert not [title for title in titles[:chapter] if title.startswith("derived.")], "the library comes later"
    assert not [title for title in titles if "<" in title or "ipynb" in title]
    chapter = (site / "chapters/foundations/perceptron.html").read_text(encoding="utf-8")
    solution = re.search(r'<section id="solution-content">|class="solution.*?<p>([^<]{40,})', chapter, re.DOTALL)[1]
    text = page.evaluate("html => Search.htmlToText(html)", chapter)
    assert html.unescape(solution) not in text and "Exercise 2.1" in text
    assert "\\(" not in text and "weights …" in text
    page.close()


@pytest.mark.browser
def test_the_landing_page_is_ready_within_a_second(browser, server):
    """Measured in time of the processor, which other work on the machine does not lengthen."""
    context = browser.new_context()
    page = context.new_page()
    measure = context.new_cdp_session(page)
    measure.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{server}/book/welcome.html")
    page.wait_for_selector(".bd-article mjx-container")
    spent = {metric["name"]: metric["value"] for metric in measure.send("Performance.getMetrics")["metrics"]}
    context.close()
    assert 0 < spent["TaskDuration"] < 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_to_a_function_arrives_at_its_signature(width, browser, server):
    """Formulas above it are set after the browser has gone there, and move it."""
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{server}/book/library/ops.html#derived.ops.losses.cross_entropy")
    page.wait_for_selector("mjx-container")
    page.evaluate("window.MathJax.startup.promise")
    page.wait_for_function("""() => {
        const { y } = document.getElementById(decodeURIComponent(location.hash.slice(1))).getBoundingClientRect();
        return 40 < y && y < 120;
    }""")
    page.close()
