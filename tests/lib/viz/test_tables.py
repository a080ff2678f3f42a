"""Tables: accessible HTML and aligned text of the same cells."""

from xml.etree import ElementTree

import numpy as np
import pytest

from derived.viz import table
from derived.viz.tables import Link


def test_html_has_scoped_headers_and_caption():
    made = table([["AND", np.float64(0.25)], ["a<b", True]], ["name", "value"], "Truth & more", heads=True)
    root = ElementTree.fromstring(made._repr_html_())
    assert root.find("caption").text == "Truth & more"
    assert [(th.get("scope"), th.text) for th in root.iter("th")] == [
        ("col", "name"), ("col", "value"), ("row", "AND"), ("row", "a<b"),
    ]  # fmt: skip
    assert [td.text for td in root.iter("td")] == ["0.25", "yes"]


def test_without_heads_every_cell_is_data():
    root = ElementTree.fromstring(table([[1, 2]], ["a", "b"])._repr_html_())
    assert [td.text for td in root.iter("td")] == ["1", "2"]
    assert root.find("caption") is None


def test_a_corner_without_a_name_is_no_header():
    root = ElementTree.fromstring(table([["a", 1]], ["", "value"], heads=True)._repr_html_())
    assert [th.text for th in root.iter("th")] == ["value", "a"]


def test_text_is_aligned_and_numbers_rounded():
    made = table([["x", -1.23456], ["long", np.int64(7)]], ["name", "v"], digits=3)
    assert repr(made).splitlines() == ["name  v    ", "x     −1.23", "long      7"]


def test_a_row_must_fit():
    with pytest.raises(ValueError, match="row 1 has 1 cells, expected 2"):
        table([[1, 2], [1]], ["a", "b"])


def test_links_are_escaped_and_plain_in_text():
    made = table([[Link("a<b", "https://x.org/?a=1&b=2"), Link("c", "#d")]], ["one", "two"], heads=True)
    root = ElementTree.fromstring(made._repr_html_())
    assert [(a.get("href"), a.text) for a in root.iter("a")] == [("https://x.org/?a=1&b=2", "a<b"), ("#d", "c")]
    assert root.find(".//th[@scope='row']/a") is not None and "a<b" in repr(made) and "https" not in repr(made)
