"""What the metadata of cells say about slides is what the slides do, on a page made up for it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
LONG = "<pre>" + "line of a long cell\n" * 90 + "</pre>"
PAGE = f"""<!doctype html><html lang="en"><head><title>Made up</title>
<link rel="stylesheet" href="_static/book.css"><script src="_static/slides.js"></script></head>
<body><article class="bd-article"><section><h1>Title</h1><!--cell subslide--><p id="one">One.</p>
<!--cell slide--><section><h2>Part</h2><!--cell - --><p id="same">Goes on.</p>
<!--cell fragment--><p id="later">Comes with a key.</p><!--cell subslide--><p id="below">Below.</p>
<!--cell notes--><p id="said">For the speaker.</p><!--cell skip--><p id="not">Not shown.</p>
<!--cell slide--><p id="right">To the right.</p>{LONG}</section></section></article></body></html>"""


@pytest.fixture
def slides(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.route("**/made-up.html*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(f"{server}/made-up.html?slides")
    page.wait_for_selector(".reveal.ready")
    yield page
    context.close()


def test_types_of_cells_are_kept(slides):
    stacks = slides.evaluate("""() => [...document.querySelectorAll('.slides > section')].map(stack =>
        [...stack.querySelectorAll('section')].map(slide => [...slide.querySelectorAll('[id]')].map(e => e.id)))""")
    assert stacks == [[[], ["one"]], [["same", "later"], ["below", "said"]], [["right"]]]
    for key in ("Space", "Space"):
        slides.keyboard.press(key)
    same, later = slides.locator("#same"), slides.locator("#later")
    hidden = "e => ['hidden', '0'].includes(getComputedStyle(e.closest('.fragment')).visibility)"
    assert same.is_visible() and later.evaluate(hidden)
    slides.keyboard.press("Space")
    slides.wait_for_function(f"!({hidden})(document.querySelector('#later'))")  # it fades in
    assert same.is_visible()
    slides.keyboard.press("Space")
    present = "e => e.closest('section').matches('.present')"
    assert slides.locator("#below").evaluate(present) and not same.evaluate(present)
    assert not slides.locator("#said").is_visible()


def test_a_long_cell_can_be_read(slides):
    slides.keyboard.press("End")
    slide = slides.locator("section.present section.present, .slides > section.present > section").last
    size, room, height = slide.evaluate("""e => [e.currentCSSZoom * parseFloat(getComputedStyle(
        e.querySelector('pre')).fontSize), e.clientHeight, e.scrollHeight]""")
    assert size >= 9 and height > room
    slide.evaluate("e => e.scrollTo(0, e.scrollHeight)")
    assert slide.evaluate("e => e.scrollTop") > 0
