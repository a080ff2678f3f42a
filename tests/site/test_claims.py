"""Each ✓ leads to its check and the check leads back, under the number of the statement."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_ticks_and_checks_lead_to_each_other(visit):
    ticks = visit.page.evaluate("""() => [...document.querySelectorAll('a.tick')].map(tick => {
        const statement = tick.closest('[id]'), href = tick.getAttribute('href');
        const here = href.startsWith('#');
        const check = here ? document.getElementById(href.slice(1)) : null;
        const back = check?.querySelector('a.claim-ref');
        const number = (tick.closest('.eqno') ?? statement.querySelector('.caption-number')).textContent;
        return { href, here, name: tick.ariaLabel, title: tick.title, statement: statement.id, found: !!check,
                 back: back?.getAttribute('href'), said: back?.textContent.trim(),
                 number: number.replace(/[✓#]/g, '').trim() };
    })""")
    for tick in ticks:
        assert tick["name"].startswith("Checked: ") and "rejected" in tick["name"], tick
        assert tick["title"] == tick["name"]
        if tick["here"]:
            assert tick["found"], f"{tick['href']} is not on the page"
            assert tick["back"] == "#" + tick["statement"]
            assert tick["said"] == tick["number"]


def test_every_check_belongs_to_a_statement(visit):
    checks = visit.page.evaluate("""() => [...document.querySelectorAll('.claim')].map(claim => ({
        id: claim.id, label: claim.dataset.label, text: claim.innerText, rejected: +claim.dataset.rejected,
        shown: claim.querySelector('.claim-ref').textContent,
        ticked: !!document.querySelector(`a.tick[href="#${claim.id}"]`) }))""")
    for check in checks:
        assert check["ticked"], f"no ✓ leads to {check['id']}"
        assert check["shown"] != check["label"], "the label stands where the number belongs"
        assert check["rejected"] >= 1


def test_a_tick_can_be_used_by_keyboard(browser, server):
    page = browser.new_context().new_page()
    page.goto(f"{server}/book/welcome.html")
    tick = page.locator("a.tick").first
    tick.focus()
    assert tick.evaluate("e => getComputedStyle(e).outlineStyle") != "none", "the focus cannot be seen"
    tick.press("Enter")
    assert page.url.endswith(tick.get_attribute("href"))
    assert page.locator(".claim:target").count() == 1
    page.context.close()


def test_formula_sheet_lists_every_claim_of_the_chapters(site):
    sheet = (site / "book" / "formulas.html").read_text(encoding="utf-8")
    links = set(re.findall(r'class="sheet-check[^"]*" href="\.\./([^"]+)"', sheet))
    expected = set()
    for path in (site / "chapters").rglob("*.html"):
        for label in re.findall(r'<div class="claim" id="([^"]+)"', path.read_text(encoding="utf-8")):
            expected.add(f"{path.relative_to(site).as_posix()}#{label}")
    assert links == expected
