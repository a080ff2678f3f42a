"""A chapter printed for the PDF: its number, formulas, figures and opened solutions."""

from __future__ import annotations

import io

import pdf
import pytest
import yaml
from pypdf import PdfReader

pytestmark = pytest.mark.browser


def test_pages_follow_the_table_of_contents():
    names = pdf.pages(yaml.safe_load((pdf.ROOT / "_toc.yml").read_text(encoding="utf-8")))
    assert names[0] == "book/welcome" and len(names) == len(set(names))
    assert names.index("chapters/foundations/background") < names.index("chapters/networks/mlp")
    assert names.index("book/library/index") < names.index("book/library/ops")


def test_a_chapter_is_printed_whole(site, browser):
    page = browser.new_page()
    page.route("**/*", lambda route: pdf.serve(route, "https://book.example/", site))
    reader = PdfReader(io.BytesIO(pdf.printed(page, "https://book.example/chapters/foundations/perceptron.html")))
    page.close()
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert "2. Threshold units" in text, "the number of the chapter"
    assert "Hide the source" not in text and "(2.1)" in text
    assert "assert ex." in text, "the code of a solution"
