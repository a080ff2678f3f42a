"""A chapter as slides: cut at its cells, moved through by keys, at the slide that the address names."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def slides(page_name, unset, server):
    if not page_name.startswith("chapters/"):
        pytest.skip("chapters alone are shown as slides")
    errors = []
    unset.on("pageerror", note := lambda error: errors.append(str(error)))
    unset.goto(f"{server}/{page_name}?slides=2.0")
    unset.wait_for_selector(".reveal.ready", timeout=60_000)
    yield unset
    unset.remove_listener("pageerror", note)
    assert errors == []


def test_a_chapter_is_shown_as_slides(slides, visit):
    shown = slides.locator(".slides section.present:not(.stack)")
    assert slides.url.endswith("?slides=2.0")
    assert slides.locator(".slides > section").count() >= 8, "sections of the chapter"
    assert slides.locator(".slides > section > section").count() >= 20
    for key in ("ArrowRight", "Space", "Home"):
        before = shown.inner_text()
        slides.keyboard.press(key)
        assert shown.count() == 1 and shown.inner_text() != before, key
    assert shown.locator("h1").count() == 1 and slides.url.endswith("?slides=0.0")
    figures = visit.page.locator("article.bd-article figure").count()
    assert slides.locator(".slides figure").count() == figures, "what is skipped has no figure"
    slides.keyboard.press("End")
    slides.locator(".slides-leave").click()
    slides.wait_for_selector("article.bd-article h1:visible")


def test_formulas_are_set_on_slides(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/chapters/foundations/perceptron.html?slides=0.0")
    page.wait_for_selector(".reveal.ready", timeout=60_000)
    formulas = page.locator(".slides .math")
    assert formulas.count() > 50
    assert page.locator(".slides .math:not(:has(mjx-container)), .slides mjx-merror").count() == 0
    page.close()
