"""Figures with sliders work on the page by keyboard and by mouse, and stand still without JavaScript."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_sliders_change_the_picture(visit):
    for figure in visit.page.locator("figure.explore").all():
        sliders = figure.locator("input[type=range]").all()
        assert sliders
        figure.evaluate("figure => figure.scrollIntoView({ block: 'center' })")
        for slider in sliders:
            slider.focus()
            figure.page.keyboard.press("Home")
            first = shown(figure)
            by_keyboard(figure, slider, first)
            by_mouse(figure, slider, first)


def shown(figure):
    """What a figure shows, once its pictures are there: the picture and its text."""
    return figure.evaluate("""async figure => {
        while (!('loaded' in figure.dataset)) {
            figure.scrollIntoView({ block: 'center' });
            await new Promise(resolve => setTimeout(resolve, 10));
        }
        const visible = [...figure.querySelectorAll('img')].filter(image => image.offsetWidth);
        if (visible.length !== 1) throw Error(`${visible.length} pictures are shown`);
        return [visible[0].src, visible[0].alt];
    }""")


def by_keyboard(figure, slider, first):
    """The arrow keys move on and back; the value is told to a screen reader; every step has a text."""
    said = slider.get_attribute("aria-valuetext")
    figure.page.keyboard.press("ArrowRight")
    second = shown(figure)
    assert second[0] != first[0], "the picture does not follow the arrow key"
    assert second[1].strip()
    assert slider.get_attribute("aria-valuetext") != said
    figure.page.keyboard.press("ArrowLeft")
    assert shown(figure) == first


def by_mouse(figure, slider, first):
    """A press near the end of the slider shows that end's picture."""
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    assert shown(figure)[0] != first[0], "the picture does not follow the mouse"
    assert slider.input_value() == slider.get_attribute("max")


def test_values_can_be_linked_to(visit, unset):
    page = visit.page
    figure = page.locator("figure.explore").last
    if not figure.count():
        pytest.skip("no figure with sliders on this page")
    slider = figure.locator("input[type=range]").first
    slider.press("Home")
    first = shown(figure)
    slider.press("End")
    wanted = shown(figure)
    assert first[0] != wanted[0]
    unset.goto(page.url.split("#")[0].split("?")[0] + figure.locator("[data-link]").get_attribute("href"))
    again = unset.locator("figure.explore").last
    assert shown(again) == wanted
    assert again.locator("input[type=range]").first.input_value() == slider.get_attribute("max")


def test_button_plays_to_the_end(visit):
    for figure in visit.page.locator("figure.explore:has([data-play])").all():
        button = figure.locator("[data-play]")
        slider = figure.locator("input[type=range]").nth(int(button.get_attribute("data-play")))
        slider.press("End")
        slider.press("ArrowLeft")
        button.click()
        assert "Pause" in button.inner_text()
        visit.page.wait_for_function("slider => slider.value === slider.max", arg=slider.element_handle())
        assert "Play" in button.inner_text()


@pytest.fixture(scope="session")
def still(browser):
    """A window without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_figures_stand_still_without_javascript(page_name, still, server):
    still.goto(f"{server}/{page_name}")
    texts = still.locator(".bd-article").all_inner_texts()
    states, hidden = still.evaluate("""() => {
        const seen = (figure, tag) => [...figure.querySelectorAll(tag)].filter(e => e.offsetWidth).length;
        const figures = [...document.querySelectorAll('figure.explore')];
        const images = [...document.querySelectorAll('.bd-article img')];
        return [figures.map(figure => [seen(figure, 'img'), seen(figure, 'input')]),
                images.filter(e => !e.closest('details:not([open]), .toggle, .explore') && !e.offsetWidth)
                    .map(e => e.alt)];
    }""")
    if not page_name.endswith(("search.html", "genindex.html", "prf-prf.html")):
        assert len(" ".join(texts)) > 200, "no text without JavaScript"
    assert states == [[1, 0]] * len(states)
    assert hidden == []
