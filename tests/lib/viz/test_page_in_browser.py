"""Slider figures in a real browser: mouse, keyboard, touch size, several on one page, JavaScript off."""

import shutil

import matplotlib.pyplot as plt
import pytest

from derived.viz import explore

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium on the path"),
]


def line(x, kind="up"):
    figure, ax = plt.subplots(figsize=(5, 2))
    ax.plot([0, 1], [0, x if kind == "up" else -x])
    ax.set(ylim=(-6, 6))
    return figure


def bars(n):
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.bar(range(n), range(n))
    return figure


@pytest.fixture(scope="module")
def text():
    first = explore(line, alt="Line to {x}, {kind}", caption="First", x=[1, 2, 3, 4, 5], kind=["up", "down"])
    second = explore(bars, alt="{n} bars", start={"n": 3}, n=[2, 3, 4])
    # The first stands twice: the same output may be shown again on a page.
    body = "\n".join([first.html, second.html, first.html])
    return f'<!doctype html><html lang="en"><title>Figures</title><body style="margin:8px">{body}</body></html>'


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser, text):
    contexts, complaints = [], []

    def opened(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith("http") and complaints.append(request.url))
        page.set_content(text)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def alts(page):
    return page.locator("img").evaluate_all("images => images.map(image => image.alt)")


def test_arrow_keys_change_picture_text_and_announcement(open_page):
    page = open_page()
    slider = page.get_by_role("slider", name="x").first
    before = page.locator("img").first.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert alts(page) == ["Line to 3, up", "3 bars", "Line to 1, up"]
    assert slider.get_attribute("aria-valuetext") == "3"
    assert page.locator("output").first.text_content() == "3"
    assert page.locator("img").first.get_attribute("src") != before
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert alts(page)[0] == "Line to 5, down"


def test_mouse_moves_only_its_own_figure(open_page):
    page = open_page()
    box = page.get_by_role("slider", name="n", exact=True).bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert alts(page) == ["Line to 1, up", "4 bars", "Line to 1, up"]


def test_the_same_figure_shown_again_works_too(open_page):
    page = open_page()
    page.get_by_role("slider", name="x").last.press("End")
    assert alts(page) == ["Line to 1, up", "3 bars", "Line to 5, up"]


def test_every_picture_can_be_drawn(open_page):
    page = open_page()
    slider = page.get_by_role("slider", name="x").first
    seen = set()
    for _ in range(5):
        image = page.locator("img").first
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
        seen.add(image.get_attribute("src"))
        slider.press("ArrowRight")
    assert len(seen) == 5


def test_nothing_is_left_on_the_window(open_page):
    page = open_page()
    names = page.evaluate("Object.keys(window)")
    page.set_content("<p>empty</p>")
    assert set(names) == set(page.evaluate("Object.keys(window)"))


def test_without_javascript_the_first_picture_and_its_values_are_there(open_page):
    page = open_page(java_script_enabled=False)
    assert page.get_by_role("img").count() == 3
    assert page.get_by_role("slider").count() == 0
    assert page.get_by_text("Shown for n = 3").is_visible()
    assert page.get_by_text("First").first.is_visible()


def test_on_a_phone_nothing_is_cut_and_sliders_are_large_enough(open_page):
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for slider in page.get_by_role("slider").all():
        assert slider.bounding_box()["height"] >= 24
        assert slider.bounding_box()["width"] >= 90


def test_touch_moves_the_slider(open_page):
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    box = page.get_by_role("slider", name="n", exact=True).bounding_box()
    page.touchscreen.tap(box["x"] + 4, box["y"] + box["height"] / 2)
    assert alts(page)[1] == "2 bars"
