"""A chapter as slides: cut at its cells, moved through by keys, at the slide that the address names."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def slides(page_name, browser, server):
    if not page_name.startswith("chapters/"):
        pytest.skip("chapters alone are shown as slides")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("requestfailed", lambda request: page.errors.append(request.url))
    page.goto(f"{server}/{page_name}?slides=2.0")
    page.wait_for_selector(".reveal.ready", timeout=60_000)
    yield page
    context.close()


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
    assert not slides.locator("mjx-merror").count() and slides.errors == []
    slides.locator(".slides-leave").click()
    slides.wait_for_selector("article.bd-article h1:visible")
