"""Every page: nothing from elsewhere, no errors, formulas typeset, figures described, fit for phone and dark mode."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_nothing_is_published_that_no_page_loads(site):
    unused = [path for pattern in ("**/*.map", "**/*.po", "**/fontawesome.js") for path in site.glob(pattern)]
    assert unused == []


def test_asks_no_other_host(visit):
    assert [url for url in visit.requests if not url.startswith((visit.server, "data:", "blob:"))] == []


def test_loads_without_error(visit):
    assert visit.failed == []
    assert visit.errors == []


def test_formulas_are_typeset(visit):
    found = visit.page.evaluate("""() => {
        const all = [...document.querySelectorAll('.bd-article .math')];
        return { untypeset: all.filter(e => !e.querySelector('mjx-container')).map(e => e.textContent.slice(0, 80)),
                 wrong: [...document.querySelectorAll('mjx-merror, [data-mjx-error], mjx-utext[style*="red"]')]
                     .map(e => e.textContent.slice(0, 80)),
                 left: document.querySelector('.bd-article')?.innerText.match(/\\\\[([].{0,60}|\\$\\$.{0,60}/g) ?? [] };
    }""")
    assert found["untypeset"] == []
    assert found["wrong"] == []
    assert [text for text in found["left"] if text.startswith("$$")] == []


def test_images_have_alternative_texts(visit):
    assert visit.page.evaluate("""() => [...document.images]
        .filter(e => e.closest('.bd-article') ? !(e.alt || '').trim() : !e.hasAttribute('alt'))
        .map(e => e.outerHTML.slice(0, 120))""") == []


def test_figures_load_when_they_come_into_view(visit):
    assert visit.page.locator('.bd-article img[src*="_images/"]:not([loading="lazy"])').count() == 0


def test_images_are_shown(visit):
    assert visit.page.evaluate("""async () => {
        const images = [...document.querySelectorAll('.bd-article img')];
        images.forEach(e => { e.loading = 'eager'; });
        await Promise.all(images.map(e => e.decode().catch(() => null)));
        return images.filter(e => !e.naturalWidth).map(e => e.alt);
    }""") == []


def test_ids_are_unique(visit):
    assert visit.page.evaluate("""() => {
        const count = {};
        document.querySelectorAll('.bd-article [id]').forEach(e => {
            if (!e.closest('mjx-container')) count[e.id] = (count[e.id] ?? 0) + 1; });
        return Object.keys(count).filter(id => count[id] > 1);
    }""") == []


def test_controls_have_names(visit):
    assert visit.page.evaluate("""() => [...document.querySelectorAll('.bd-article input, .bd-article button')]
        .filter(e => !(e.ariaLabel || e.title || e.textContent.trim() || e.labels?.length || e.dataset.tooltip))
        .map(e => e.outerHTML.slice(0, 120))""") == []


def test_is_described_to_search_engines(visit):
    if visit.page.url.endswith(("genindex.html", "search.html", "prf-prf.html")):
        pytest.skip("a generated page")
    description = visit.page.locator('meta[name="description"]').get_attribute("content")
    assert 40 <= len(description) <= 200
    assert visit.page.locator("h1").count() >= 1
    assert visit.page.locator("html").get_attribute("lang") == "en"


def test_fits_a_phone(visit):
    visit.page.set_viewport_size(PHONE)
    visit.page.wait_for_timeout(150)
    wide = visit.page.evaluate("""() => {
        const scrolls = e => ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
        const inBox = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
            if (scrolls(p) || getComputedStyle(p).position === 'fixed') return true; return false; };
        return { page: document.documentElement.scrollWidth,
                 elements: [...document.querySelectorAll('.bd-article :not(mjx-container *)')].filter(e => {
                     const box = e.getBoundingClientRect();
                     return box.width && box.right > innerWidth + 1 && !inBox(e);
                 }).map(e => e.outerHTML.slice(0, 120)).slice(0, 5) };
    }""")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    assert wide["elements"] == []
    assert wide["page"] <= PHONE["width"]


def test_dark_mode(visit):
    shown = visit.page.evaluate("""() => {
        const root = document.documentElement, before = root.dataset.theme;
        const luminance = c => c.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3;
        root.dataset.theme = 'dark';
        const body = luminance(getComputedStyle(document.body).backgroundColor);
        const images = [...document.querySelectorAll('.bd-article img')].filter(e =>
            getComputedStyle(e).filter !== 'none' || luminance(getComputedStyle(e).backgroundColor) < 250);
        root.dataset.theme = before;
        return { body, text: null, dimmed: images.map(e => e.alt) };
    }""")
    assert shown["body"] < 60
    assert shown["dimmed"] == []
