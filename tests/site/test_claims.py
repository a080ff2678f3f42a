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
        assert not tick["title"], "the browser's own tooltip stands beside ours"
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


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_tick_says_what_was_compared(by, browser, server):
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{server}/book/welcome.html")
    page.wait_for_selector("mjx-container")
    tick = page.locator("a.tick").first
    said = "e => { const s = getComputedStyle(e, '::after'); return s.content === 'none' ? '' : s.content; }"
    assert tick.evaluate(said) == ""
    tick.hover() if by == "mouse" else tick.focus()
    if by == "keyboard":
        page.keyboard.press("Shift+Tab"), page.keyboard.press("Tab")
    assert re.search(r"torch.autograd: 100 cases, 500 values, largest error .* 1 wrong version", tick.evaluate(said))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it stands partly beside the page"
    page.context.close()


def test_a_tap_on_a_tick_shows_the_check(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{server}/chapters/foundations/perceptron.html")
    page.wait_for_selector(".bd-article mjx-container")
    tick = page.locator("a.tick").nth(3)
    check = page.locator(tick.get_attribute("href"))
    tick.tap()
    page.wait_for_function("e => Math.abs(e.getBoundingClientRect().y - innerHeight / 2) < innerHeight / 2",
                           arg=check.element_handle())
    assert re.search(r"✓.*cases.*values.*rejects", check.inner_text().replace("\n", " "))
    assert check.evaluate("""e => { const box = e.getBoundingClientRect();
        return e.contains(document.elementFromPoint(box.x + 20, box.y + 12)) && e.matches(':target'); }""")
    check.locator("a.claim-ref").tap()
    page.wait_for_function("e => e.getBoundingClientRect().y > 0", arg=tick.element_handle())
    context.close()


def test_formula_sheet_lists_every_claim_of_the_chapters(site):
    sheet = (site / "book" / "formulas.html").read_text(encoding="utf-8")
    links = set(re.findall(r'class="sheet-check[^"]*" href="\.\./([^"]+)"', sheet))
    expected = set()
    for path in (site / "chapters").rglob("*.html"):
        for label in re.findall(r'<div class="claim" id="([^"]+)"', path.read_text(encoding="utf-8")):
            expected.add(f"{path.relative_to(site).as_posix()}#{label}")
    assert links == expected
