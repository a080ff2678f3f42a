"""The site's Sphinx extensions on small projects: ticks, warnings, generated pages, offline MathJax."""

from __future__ import annotations

import io
import json
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import book_pages
import claims
import joined_punctuation
import mathjax_offline
import page_head
import pytest
import slides
import status_page
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSIONS = ["myst_parser", "sphinx_proof", "sphinx_exercise", "mathjax_offline", "claims", "formula_sheet",
              "status_page", "exercise_list", "chapter_map", "library_reference", "page_head", "unique_ids"]
LINE = (
    '<div class="claim" id="claim-{0}" data-label="{0}" data-title="Title of {0}" data-cases="{1}" '
    'data-rejected="2" data-error="1e-16"><span class="claim-mark">✓</span> '
    '<a class="claim-ref" href="#{0}">{0}</a> <strong class="claim-title">Title of {0} with $x^2$</strong> '
    '<span class="claim-checked">equals the reference: {1} cases</span> · '
    '<span class="claim-rejected">rejects: sign</span></div>'
)
INDEX = """
# The book

```{toctree}
:numbered: 2
chapters/foundations/alpha
chapters/foundations/beta
```

```{toctree}
sheet
```
"""
SHEET = """
# Sheet

```{formula-sheet}
```

```{status}
```

```{status-profile}
```

```{chapter-map}
```

```{exercise-list}
```
"""
EXERCISES = """# Beta

```{exercise} Hard (●●○)
:label: ex-beta-hard
One.
```

```{exercise} Easy (●○○)
:label: ex-beta-easy
Two.
```

```{solution} ex-beta-easy
:label: sol-beta-easy
Three.
```
"""
ALPHA = """
# Alpha

The first paragraph of the chapter, long enough to describe the page to a search engine.

$$
a = b
$$ (eq-a)

```{prf:theorem} Euclid
:label: thm-a
See {eq}`eq-a`: there are infinitely many primes.
```

CLAIMS
"""


def claim_line(label, cases=7):
    return "\n```{raw} html\n" + LINE.format(label, cases) + "\n```\n"


class Project:
    """A small book in a folder; `build` returns the warnings of the build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "chapters" / "foundations").mkdir(parents=True)
        self.write("index.md", INDEX)
        self.write("sheet.md", SHEET)
        self.write("chapters/foundations/alpha.md", ALPHA.replace("CLAIMS", claim_line("eq-a") + claim_line("thm-a")))
        self.write("chapters/foundations/beta.md", "# Beta\n\nNothing is claimed here.\n")
        (folder / "book").mkdir()
        planned = {"title": "Foundations", "folder": "foundations", "chapters": {"alpha": "A", "later": "Later"}}
        (folder / "book" / "map.yml").write_text(json.dumps([planned]))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self) -> list[str]:
        out, said = self.folder / "_build", io.StringIO()
        settings = {"extensions": EXTENSIONS, "myst_enable_extensions": ["dollarmath"], "numfig": True,
                    "math_numfig": True, "numfig_secnum_depth": 1, "exclude_patterns": ["_build"]}
        with warnings.catch_warnings(), patch_docutils(None), docutils_namespace():
            warnings.simplefilter("ignore")  # Sphinx's and docutils' own deprecations are not ours
            app = Sphinx(str(self.folder), None, str(out / "html"), str(out / "trees"), "html",
                         confoverrides=settings, status=None, warning=said)
            app.build()
        text = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
        return [line for line in text.splitlines() if "WARNING" in line]

    def html(self, name: str) -> str:
        return (self.folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


CHAPTER = "chapters/foundations/alpha"


def test_tick_at_the_number_and_number_at_the_check(project):
    assert project.build() == []
    page = project.html(CHAPTER)
    tick = re.search(r'class="eqno"><a class="tick" href="#claim-eq-a" aria-label="([^"]*)">', page)
    said = "Checked: Title of eq-a. equals the reference: 7 cases; 2 wrong versions rejected."
    assert tick and tick[1] == said
    assert '</a>(1.1)<a class="headerlink"' in page
    assert '<a class="claim-ref" href="#equation-eq-a">(1.1)</a>' in page
    assert re.search(r'Theorem 1.1 </span> \(Euclid\)<a class="tick" href="#claim-thm-a"', page)
    assert '<a class="claim-ref" href="#thm-a">Theorem 1.1</a>' in page
    assert r'with <span class="math notranslate nohighlight">\(x^2\)</span></strong>' in page


def test_statement_without_check_and_check_without_statement_warn_in_every_build(project):
    project.write(f"{CHAPTER}.md", ALPHA.replace("CLAIMS", claim_line("thm-a") + claim_line("eq-unknown")))
    for _ in range(2):  # the second build reads nothing, and must not pass for that reason
        said = "\n".join(project.build())
        assert "eq-a is not checked" in said
        assert "eq-unknown belongs to no labelled" in said
        assert 'class="tick" href="#claim-eq-a"' not in project.html(CHAPTER)


def test_two_checks_of_one_statement_warn(project):
    project.write("chapters/foundations/beta.md", "# Beta\n" + claim_line("eq-a"))
    assert any("eq-a is claimed twice" in line for line in project.build())


def test_a_check_on_another_page_is_linked_across_pages_and_kept_up_to_date(project):
    project.write(f"{CHAPTER}.md", ALPHA.replace("CLAIMS", claim_line("thm-a")))
    project.write("chapters/foundations/beta.md", "# Beta\n" + claim_line("eq-a"))
    assert project.build() == []
    assert '<a class="tick" href="beta.html#claim-eq-a"' in project.html(CHAPTER)
    assert '<a class="claim-ref" href="alpha.html#equation-eq-a">(1.1)</a>' in project.html("chapters/foundations/beta")
    project.write("chapters/foundations/beta.md", "# Beta\n" + claim_line("eq-a", cases=1234))
    project.build()
    assert "1234 cases" in project.html(CHAPTER)


def test_formula_sheet_follows_the_chapters(project):
    project.build()
    sheet = project.html("sheet")
    assert "1. Alpha" in sheet and "2. Beta" not in sheet.split("sheet-contents")[1].split("status")[0]
    assert 'href="chapters/foundations/alpha.html#equation-eq-a">(1.1)</a>' in sheet
    assert "infinitely many primes" in sheet and 'href="chapters/foundations/alpha.html#equation-eq-a"' in sheet
    assert sheet.count("✓ 7 cases · largest error 1e-16 · 2 wrong versions rejected") == 2
    assert "mathjax/startup.js" in sheet, "formulas of the sheet would stay TeX"
    changed = ALPHA.replace("a = b", "a = c").replace("CLAIMS", claim_line("eq-a", 9) + claim_line("thm-a"))
    project.write(f"{CHAPTER}.md", changed)
    project.build()
    assert "a = c" in project.html("sheet") and "✓ 9 cases" in project.html("sheet")


def test_formula_sheet_forgets_a_removed_chapter(project):
    project.build()
    (project.folder / f"{CHAPTER}.md").unlink()
    project.write("index.md", INDEX.replace("chapters/foundations/alpha\n", ""))
    assert project.build() == []
    assert "eq-a" not in project.html("sheet")


def test_status_counts_and_follows_the_measurements(project):
    path = project.folder / "_build" / "execution" / "status.json"
    path.parent.mkdir(parents=True)
    for seconds in (3.25, 4.75):
        profile = dict.fromkeys(status_page.KINDS, 0.25)
        run = {"seconds": seconds, "peak_mb": 210, "profile": profile, "executed": "2026-11-20T21:04:11"}
        path.write_text(json.dumps({CHAPTER: run}))
        project.build()
        cells = re.findall(r"<td><p>(.*?)</p></td>", project.html("sheet"))
        measured = [f"{seconds:.1f}\N{NO-BREAK SPACE}s", "210\N{NO-BREAK SPACE}MB"]
        assert cells[1:8] == [*measured, "2", "14", "4", "0", "2026-11-20 21:04"]
        assert cells[9:12] == ["–", "–", "0"], "a chapter that was not measured shows dashes"
        assert cells[-5:] == ["0.2\N{NO-BREAK SPACE}s"] * 5, "the seconds of each kind of cell"


def test_map_links_what_exists_and_names_what_is_planned(project):
    project.build()
    page = project.html("sheet")
    assert re.search(r'<li class="there"><p><a [^>]*href="chapters/foundations/alpha.html">1. Alpha</a>', page)
    assert '<li class="planned"><p>Later</p>' in page


def test_exercises_are_listed_by_chapter_from_easy_to_hard(project):
    project.build()
    assert "exercises-of-beta" not in project.html("sheet")
    project.write("chapters/foundations/beta.md", EXERCISES)
    assert project.build() == []
    section = project.html("sheet").split('id="exercises-of-beta"')[1].split("</section>")[0]
    found = re.findall(r'href="chapters/foundations/beta.html#([^"]+)">([^<]+)<', section)
    assert found == [("ex-beta-easy", "Easy (●○○)"), ("ex-beta-hard", "Hard (●●○)")]


def test_library_says_which_chapters_use_a_room_and_shown_sources_lead_to_it(project):
    project.write("library.rst", "Library\n=======\n\n.. library:: training\n")
    project.write("index.md", INDEX.replace("sheet\n", "sheet\nlibrary\n"))
    project.write("chapters/foundations/beta.md", """# Beta
```python
from derived.training import loop
```
[source](https://github.com/deep-learning-derived/deep-learning-derived/blob/main/lib/derived/training/loop.py#L1-L2)
""")
    assert project.build() == []
    room = project.html("library").split('id="loop"')[1].split("</section>")[0]
    assert "Used in" in room and 'href="chapters/foundations/beta.html"' in room
    assert "lib/derived/training/loop.py#L" in room
    link = 'href="../../library.html#module-derived.training.loop">reference</a>'
    assert link in project.html("chapters/foundations/beta")
    project.write("chapters/foundations/beta.md", "# Beta\n\nNothing is used.\n")
    assert project.build() == []
    assert "sed in" not in project.html("library")
    named = "```python\nfrom derived import training as tr\n```\n\n```python\ntr.EarlyStopping(2)\n```\n"
    for name in ("alpha", "beta"):
        project.write(f"chapters/foundations/{name}.md", f"# {name}\n\n{named}")
    project.build()
    room = project.html("library").split('id="early-stopping"')[1].split("</section>")[0]
    assert re.search(r'First used in <a [^>]*href="chapters/foundations/alpha.html">[^,]*</p>', room)
    assert project.html("library").count("First used in") == 1


def test_what_parallel_readers_found_is_merged_and_a_changed_page_is_forgotten():
    check = claims.Check("eq-a", "one", 1, "A", 1, 1, "", "")
    main, other = SimpleNamespace(), SimpleNamespace(book_claims={"one": claims.Page(checks=[check])})
    book_pages.note(other, "one", "status")
    claims.merge(None, main, {"one"}, other)
    book_pages.merge(None, main, {"one"}, other)
    assert claims.checks(main) == {"eq-a": check}
    assert book_pages.pages_with(main, "status") == ["one"]
    claims.purge(None, main, "one")
    book_pages.purge(None, main, "one")
    assert claims.checks(main) == {} and book_pages.pages_with(main, "status") == []


def test_an_unchanged_build_writes_nothing_but_the_indices(project):
    project.build()
    before = {path: path.stat().st_mtime_ns for path in (project.folder / "_build" / "html").glob("**/*.html")}
    project.build()
    after = {path: path.stat().st_mtime_ns for path in before}
    rewritten = {path.name for path in before if before[path] != after[path]}
    assert rewritten <= {"genindex.html", "search.html", "prf-prf.html"}


def test_mathjax_is_copied_and_nothing_else(project):
    project.build()
    folder = project.folder / "_build" / "html" / "_static" / "mathjax"
    copied = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert copied == set(mathjax_offline.wanted(mathjax_offline.source()))
    assert sum(path.stat().st_size for path in folder.rglob("*.woff")) < 700_000
    assert "cdn.jsdelivr.net" not in project.html(CHAPTER)


@pytest.mark.parametrize(("formulas", "asked"), [(mathjax_offline.MANY, 0), (mathjax_offline.MANY + 1, 1)])
def test_very_many_formulas_are_set_as_they_come_into_view(formulas, asked):
    bodies = []
    app = SimpleNamespace(add_js_file=lambda name, *, body, priority: bodies.append(body))
    page = nodes.section("", *(nodes.math() for _ in range(formulas)))
    mathjax_offline.ask_for_lazy_setting(app, "page", "page.html", {}, page)
    assert bodies == ['MathJax.loader.load.push("ui/lazy");'] * asked


def test_pages_are_described_by_their_first_paragraph(project):
    project.build()
    assert '<meta name="description" content="The first paragraph of the chapter' in project.html(CHAPTER)
    section = nodes.section("", nodes.paragraph("", "word " * 60))
    assert len(page_head.first_paragraph(section)) <= page_head.LENGTH


def test_boxes_do_not_share_ids(project):
    box = "\n```{prf:theorem}\n:label: thm-x\nOne.\n```\n\n```{prf:proof}\nTwo.\n```\n" + claim_line("thm-x")
    project.write("chapters/foundations/beta.md", "# Beta\n" + box + box.replace("thm-x", "thm-y"))
    assert project.build() == []
    ids = re.findall(r' id="([^"]+)"', project.html("chapters/foundations/beta"))
    assert "proof-content" not in ids and "proof" not in ids


def test_the_line_of_a_real_claim_is_understood():
    from derived.check import claim

    with claim("eq-square", "Square of a sum, $(a+b)^2$") as passed:
        for a in (1.0, 2.0):
            passed.holds((a + 1) ** 2, a * a + 2 * a + 1, against="expansion")
            passed.rejects(a * a + 1, a * a + 2 * a + 1, because="cross term lost")
    check = claims.read_check(nodes.raw("", passed._repr_html_(), format="html"), "page")
    assert (check.label, check.cases, check.rejected) == ("eq-square", 2, 1)
    assert check.title == "Square of a sum, $(a+b)^2$"
    assert "expansion" in check.checked and "cross term" not in check.checked
    assert claims.BACK_LINK.search(passed._repr_html_())[1] == "eq-square"


@pytest.mark.parametrize(
    "text, joined", [("so $x$, and", "x,"), ("($y$).", "y)."), ("$z$ alone", None), ("$a$s", None)]
)
def test_punctuation_stays_on_the_line_of_its_formula(text: str, joined: str | None) -> None:
    formula, after = re.fullmatch(r".*?\$(.)\$(.*)", text).groups()
    document = nodes.paragraph("", "", nodes.Text("so "), nodes.math("", formula), nodes.Text(after))
    joined_punctuation.join(None, document)
    wrappers = list(document.findall(nodes.inline))
    assert [w.astext() for w in wrappers] == ([joined] if joined else [])
    assert document.astext() == f"so {formula}{after}"


@pytest.mark.parametrize(("beginning", "kind"), [
    ("# ", "slide"), ("## ", "slide"), ("### ", "subslide"), ("", "subslide"), (None, "-"),
    ("```{exercise-start} Title ", "subslide"), ("````{solution-start} ex-a ", "-"), ("```{exercise-end} ", "-"),
])  # fmt: skip
def test_what_a_cell_is_on_the_slides(beginning, kind):
    assert slides.slide_type({}, beginning) == kind
    assert slides.slide_type({"slideshow": {"slide_type": "skip"}}, beginning) == "skip"


def test_no_other_kind_of_slide():
    with pytest.raises(ValueError, match="slide_type is 'slid', expected one of slide, subslide"):
        slides.slide_type({"slideshow": {"slide_type": "slid"}}, "")
