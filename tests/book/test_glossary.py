"""The glossary is in alphabetical order, and each entry leads to the place where its term is derived."""

import re
import unicodedata

import pytest
from execution import ROOT

PAGE = (ROOT / "book" / "glossary.md").read_text("utf-8")
REFERENCE = re.compile(r"\{(?:eq|prf:ref|numref|ref|doc)\}`[^`]+`")


def entries(page: str) -> list[tuple[list[str], str]]:
    """The names of each term and its explanation."""
    found = []
    for block in page.split("```{glossary}\n")[1].split("\n```")[0].split("\n\n"):
        lines = block.splitlines()
        terms = [line for line in lines if not line.startswith(" ")]
        found.append((terms, " ".join(lines[len(terms):])))
    return found


def place(term: str) -> str:
    """What decides the order: letters without accents and case, other signs as spaces."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", term) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters.casefold()))


def faults(page: str) -> list[str]:
    """Entries out of order or without a reference, and names that occur twice."""
    found = entries(page)
    order = [place(terms[0]) for terms, _ in found]
    names = [place(term) for terms, _ in found for term in terms]
    return [*(f"{late} stands before {early}" for late, early in zip(order, order[1:], strict=False) if late > early),
            *(f"{terms[0]} leads nowhere" for terms, text in found if not REFERENCE.search(text)),
            *(f"{name} occurs twice" for name in sorted(set(names)) if names.count(name) > 1)]


def test_the_glossary_is_sorted_and_linked() -> None:
    assert faults(PAGE) == []
    assert len(entries(PAGE)) >= 120


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("Äpfel", "Zebra", "zebra stands before pear"),
    ("{eq}`eq-pear`", "nothing", "pear leads nowhere"),
    ("fruit", "pear", "pear occurs twice"),
])
def test_a_broken_glossary_is_seen(old: str, new: str, fault: str) -> None:
    page = "# G\n\n```{glossary}\nÄpfel\n  See {doc}`a`.\n\npear\nfruit\n  As in {eq}`eq-pear`,\n  or not.\n```\n"
    assert faults(page) == []
    assert fault in faults(page.replace(old, new))
