"""What axe-core finds on each page, light and dark.

The page, its folds open, is loaded without pictures and MathJax, whose many elements would keep axe busy for minutes.
For the same reason one part of each shape is left of it, and contrast is judged once for each look of a text.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

pytestmark = pytest.mark.browser
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"

OPEN_AND_THIN_OUT = """() => {
    document.querySelectorAll('.toggle-hidden').forEach(e => e.classList.remove('toggle-hidden'));
    document.querySelectorAll('details').forEach(e => { e.open = true; });
    const seen = new Set(), among = e => e.parentElement.className + e.parentElement.nodeName;
    const shape = e => (among(e) + e.outerHTML).replace(/ tag_[\\w-]+/g, '').replace(/>[^<]+/g, '>x')
        .replace(/ (?!class)[\\w-]+="[^"]+"/g, ' x');
    for (const e of [...document.querySelectorAll('p, li, tr, dl, pre, button, article div, article span')].reverse()) {
        const known = e.isConnected && shape(e);
        if (!seen.has(known)) seen.add(known);
        else if (e.closest('span, a, th, summary')) e.replaceWith(e.textContent);  // what may hold nothing else
        else e.remove();
    }
}"""

LOOKS = """() => {
    const looks = new Map(), text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const paper = e => {
        const colour = getComputedStyle(e).backgroundColor;
        return colour !== 'rgba(0, 0, 0, 0)' || !e.parentElement ? colour : paper(e.parentElement);
    };
    while (text.nextNode()) {
        const e = text.currentNode.parentElement, style = getComputedStyle(e);
        const look = [style.color, style.fontSize, style.fontWeight, style.opacity, paper(e)].join();
        if (text.currentNode.data.trim() && e.checkVisibility() && !looks.has(look)) looks.set(look, e);
    }
    return [...looks.values()];
}"""

FAULTS = """({violations}) => violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.target.join(' ')}: ${node.html.slice(0, 150)}: ${node.failureSummary}`))"""

CONTRAST = f"""theme => {{
    document.documentElement.dataset.theme = theme;
    return axe.run({{ include: ({LOOKS})() }}, {{ resultTypes: ['violations'], runOnly: ['color-contrast'] }})
        .then({FAULTS});
}}"""

REST = f"""() => axe.run(document, {{ resultTypes: ['violations'], rules: {{ 'color-contrast': {{ enabled: false }},
    'label-content-name-mismatch': {{ enabled: true }} }} }}).then({FAULTS})"""


@pytest.fixture(scope="session")
def axe(browser):
    """A window that opens pages without their formulas, with axe-core at hand."""
    script = files(pytest.importorskip("axe_playwright_python")).joinpath("axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.add_init_script(script)
    page = context.new_page()
    page.route(re.compile("/(mathjax|_images)/"), lambda route: route.abort())
    yield page
    context.close()


def test_axe_finds_no_fault(page_name, axe, server):
    axe.goto(f"{server}/{page_name}", wait_until="load")
    axe.add_style_tag(content=STILL)
    axe.evaluate(OPEN_AND_THIN_OUT)
    faults = [*axe.evaluate(REST), *axe.evaluate(CONTRAST, "light"), *axe.evaluate(CONTRAST, "dark")]
    assert not faults, "\n".join(faults)
