"""The table of what decides the rate: links lead to the lines of the definitions."""

import re
from pathlib import Path
from xml.etree import ElementTree

import derived
from derived.schedules import TAXONOMY
from derived.viz.taxonomy import source_link, taxonomy_table


def test_each_link_leads_to_a_definition():
    root = Path(derived.__file__).parent.parent
    for method in TAXONOMY:
        link = source_link(method.here)
        path, line, _ = re.split("#L|-L", link.href.split("/blob/main/lib/")[1])
        text = (root / path).read_text(encoding="utf-8").splitlines()
        near = "\n".join(text[int(line) - 1 : int(line) + 1])
        assert f"class {link}" in near or f"def {link}" in near, method


def test_the_table_has_every_method_and_its_links():
    html = ElementTree.fromstring(taxonomy_table()._repr_html_())
    assert len(list(html.iter("tr"))) == len(TAXONOMY) + 1
    expected = len(TAXONOMY) + sum(bool(method.there) for method in TAXONOMY)
    assert len(list(html.iter("a"))) == expected
    assert "the validation loss" in repr(taxonomy_table())
