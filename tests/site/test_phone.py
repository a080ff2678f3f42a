"""On a phone code, wide formulas and wide tables scroll sideways in their own boxes, nothing else; nothing is cut."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
WIDE = """() => [...document.querySelectorAll('.bd-article *')].flatMap(e => {
    const style = getComputedStyle(e), formula = e.closest('mjx-container');
    if (!e.clientWidth || e.scrollWidth <= e.clientWidth + 1 || style.display === 'inline'
        || style.overflowX === 'visible' || (formula && formula !== e)) return [];
    const scrolls = ['auto', 'scroll'].includes(style.overflowX);
    const kind = formula ? 'formula' : e.matches('pre') ? 'code' : e.querySelector(':scope > table') ? 'table' : '?';
    return [scrolls && kind !== '?' ? kind : `${style.overflowX}: ${e.outerHTML.slice(0, 120)}`];
})"""


@pytest.mark.parametrize("name", ["book/teaching", "chapters/foundations/background", "chapters/theory/theory"])
def test_only_code_formulas_and_tables_scroll_sideways(name, browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{server}/{name}.html", wait_until="load")
    page.evaluate("() => window.MathJax?.startup?.promise ?? null")
    found = page.evaluate(WIDE)
    wide_tables = page.evaluate("""() => [...document.querySelectorAll('.bd-article table')]
        .filter(table => table.offsetWidth > innerWidth).length""")
    context.close()
    assert set(found) <= {"code", "formula", "table"}, found
    assert found.count("table") >= wide_tables > 0
