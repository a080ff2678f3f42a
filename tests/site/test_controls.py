"""The site's own controls: search, light and dark, folded solutions."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    opened = context.new_page()
    opened.goto(f"{server}/book/welcome.html")
    yield opened
    context.close()


def test_search_finds_a_page(page, server):
    page.goto(f"{server}/search.html?q=conventions")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    assert any("notation" in link.get_attribute("href") for link in page.locator("#search-results li a").all())


def test_formula_sheet_is_searched_as_one_types(page, server):
    page.goto(f"{server}/book/formulas.html")
    entries, shown = page.locator(".sheet-entry"), page.locator(".sheet-entry:visible")
    everything = entries.count()
    field = page.get_by_label("Search the formulas")
    field.fill("gradient descent")
    assert 0 < shown.count() < everything
    assert page.locator(".sheet-count").inner_text() == f"{shown.count()} of {everything}"
    field.fill("")
    assert shown.count() == everything


def test_formula_sheet_sets_what_comes_into_view(page, server):
    page.goto(f"{server}/book/formulas.html")
    page.wait_for_function("window.MathJax?.startup?.promise && document.querySelector('mjx-container')")
    waiting = page.locator("mjx-container:has(mjx-lazy)")
    page.wait_for_timeout(500)
    assert waiting.count() > 100, "all formulas of the sheet are set at once: the reader waits for them"
    last = page.locator(".sheet-entry mjx-container").last
    last.scroll_into_view_if_needed()
    last.locator("mjx-math").wait_for(timeout=10_000)


def test_search_opens_by_keyboard(page):
    page.keyboard.press("Control+k")
    page.wait_for_selector(".search-button__search-container input:visible, dialog input:visible", timeout=3000)


def test_theme_button_changes_the_page(page):
    def background():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    button, seen = page.locator("button.theme-switch-button:visible").first, set()
    for _ in range(3):
        seen.add(background())
        button.click()
    assert len(seen) == 2, f"one background only: {seen}"


def test_dark_system_gets_a_dark_page(browser, server):
    context = browser.new_context(color_scheme="dark")
    opened = context.new_page()
    opened.goto(f"{server}/book/welcome.html")
    assert opened.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


def test_solutions_open_beside_their_exercise(visit):
    solutions = visit.page.locator("div.solution.dropdown")
    if solutions.count() == 0:
        pytest.skip("no folded solution on this page")
    first = solutions.first
    assert "toggle-hidden" in first.get_attribute("class")
    first.locator("button.toggle-button, .admonition-title").first.click()
    assert "toggle-hidden" not in first.get_attribute("class")


def test_landing_page_shows_the_book_on_one_screen(page):
    page.wait_for_selector("mjx-container")
    for part in (".bd-article h1", "a.tick", ".claim", "figure.explore img", "figure.explore input", ".start a"):
        box = page.locator(part).first.bounding_box()
        assert box and box["y"] + box["height"] <= 900, f"{part} is below the first screen"
