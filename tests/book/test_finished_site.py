"""What the end of a build writes and mends, on small pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import finished_site
import mathjax_offline
import no_thebe
import page_head
import pytest
import sphinx
from docutils import nodes

PAGE = """<html data-theme="auto"><meta name="description" content="Where it &quot;begins&quot;." />
<div id="pst-primary-sidebar" class="x"><button title="Search" aria-label="Search"></button>
<details><summary aria-label="Toggle hidden content">Show the code</summary></details>"""


@pytest.fixture
def app(tmp_path):
    """As much of a Sphinx application as the end of a build looks at, with one page written."""
    (tmp_path / "one.html").write_text(PAGE, encoding="utf-8")
    env = SimpleNamespace(found_docs={"one"}, titles={"one": nodes.title("", "One")},
                          toc_secnumbers={"one": {"": (1,)}}, collect_relations=lambda: {"one": []})
    builder = SimpleNamespace(format="html", get_target_uri="{}.html".format)
    config = SimpleNamespace(html_baseurl="https://book.example/", html_title="The book", project="")
    return SimpleNamespace(builder=builder, outdir=str(tmp_path), env=env, config=config)


def test_names_of_controls_are_what_they_show(app, tmp_path):
    for _ in range(2):
        finished_site.finish(app, None)
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "Toggle hidden content" not in text and "<summary>Show the code" in text
    assert 'aria-label="Search"' not in text and 'title="Search"' in text
    assert text.count('role="region" aria-label="The book" id="pst-primary-sidebar"') == 1


def test_drawings_keep_two_decimals_of_places_and_all_of_scales(app, tmp_path):
    drawing = tmp_path / "_images" / "a.svg"
    drawing.parent.mkdir()
    drawing.write_text('<path d="M 1.23456 -7.5 L 10 0.001" transform="scale(0.015625)"/><use x="3.14159" y="2"/>')
    for _ in range(2):
        finished_site.finish(app, None)
    assert drawing.read_text() == '<path d="M 1.23 -7.5 L 10 0.00" transform="scale(0.015625)"/><use x="3.14" y="2"/>'


def test_pages_are_described_in_plain_text(app, tmp_path):
    finished_site.tell_in_plain_text(app, None)
    expected = '# The book\n\n- [1. One](https://book.example/one.html): Where it "begins".\n'
    assert (tmp_path / "llms.txt").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(("body", "left"), [("<p>text", ["book.css"]), ('<div class="sd-card">', ["book.css", "D"])])
def test_a_page_without_cards_does_not_load_their_style(body, left):
    files = [SimpleNamespace(filename=name) for name in ("book.css", "_static/sphinx-design.min.css")]
    context = {"body": body, "css_files": files, "script_files": [SimpleNamespace(filename=None)]}
    no_thebe.leave_out(None, "one", "page.html", context, None)
    assert [file.filename.replace("_static/sphinx-design.min.css", "D") for file in files] == left
    assert len(context["script_files"]) == 1


def test_search_tells_chapters_first_and_no_solution(app, tmp_path):
    tools = tmp_path / "_static" / finished_site.SEARCH
    tools.parent.mkdir()
    shutil.copy(Path(sphinx.__file__).parent / "themes/basic/static" / finished_site.SEARCH, tools)
    for _ in range(2):
        finished_site.finish(app, None)
    assert all(new in tools.read_text(encoding="utf-8") for new in finished_site.SEARCHED.values())
    assert '"style", ".solution", ' in tools.read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "expected"), [("lead", "x " * 30), ("aside", "")])
def test_a_page_is_described_by_its_lead(kind, expected):
    section = nodes.section("", nodes.container("", nodes.paragraph("", "x " * 30), classes=[kind]))
    assert page_head.first_paragraph(section) == expected.strip()


def test_a_font_is_the_same_file_whenever_it_is_written(tmp_path, monkeypatch):
    """Browser tests are not repeated where nothing changed; the time of the build in a font would be a change."""
    written = []
    for moment in ("0", "1000000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
        shutil.copy(mathjax_offline.source() / mathjax_offline.FONTS / "MathJax_Size1-Regular.woff", tmp_path)
        finished_site.shrink_fonts(tmp_path)
        written.append((tmp_path / "MathJax_Size1-Regular.woff2").read_bytes())
    assert written[0] == written[1]
