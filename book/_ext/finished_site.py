"""What is changed once the site is written: colours without JavaScript, pictures on demand, nothing unused.

* The theme's colours hang on ``data-theme``, which its script sets to light or dark; without the script it would stay
  ``auto``, for which there are no colours.
* Pictures load when they come into view, those of figures with sliders from files of their own.
* Controls of the theme get names that say what they do, the book's name a place among the landmarks, entries of the
  bibliography the role that they may have.
* The theme draws its icons twice, by a script of 1.5 MB and by fonts; the fonts stay, with the icons that occur.
* Drawings keep two decimals, a hundredth of a point: a third of a large one goes.
* MathJax's fonts become WOFF2 without hints, a fifth smaller.
* The search names chapters before parts of the library, and shows nothing of the solutions of exercises
  or of the contents that are there for print.
* ``sitemap.txt`` lists the pages for search engines, ``llms.txt`` with a sentence on each for language models.
* Source maps and translations into other languages serve no reader.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from book_pages import chapter_name
from fontTools import subset
from fontTools.ttLib import TTFont

AUTO, LIGHT = 'data-theme="auto"', 'data-theme="light"'
HEAD = 1000  # the attribute stands on the first tag
ICON_SCRIPT = re.compile(r'<script src="[^"]*scripts/fontawesome\.js[^"]*"></script>')
NAMES = {
    '<summary aria-label="Toggle hidden content"': "<summary",  # the text inside says it
    ' role="doc-biblioentry"': ' role="listitem"',  # it stands in a list, and may not be an entry outside of <ul>
    ' title="Search" aria-label="Search"': ' title="Search"',
    '<summary><span class="toctree-toggle"': '<summary aria-label="Pages of this section"><span class="toctree-toggle"',
    '<div id="pst-primary-sidebar"': '<div role="region" aria-label="The book" id="pst-primary-sidebar"',
}
UNUSED = ("scripts/fontawesome.js*", "**/*.map", "locales", "vendor/fontawesome/webfonts/*.ttf", "*webpack-macros.html",
          "check-solid.svg", "copy-button.svg", "copybutton_funcs.js", "images/logo_[dj]*.svg")
SEARCH = "searchtools.js"
SEARCHED = {'[".headerlink", "script", "style"]':
            '[".headerlink", "script", "style", ".solution", "#jb-print-docs-body", ".math"]',
            "{ el.remove() }": 'el.replaceWith(el.matches(".math") ? "…" : "")',  # TeX in a summary is hard to read
            " title: 15,": " title: 30,"}  # a room of the library has 26
THEME_STYLE = "styles/pydata-sphinx-theme.css"
ICON_RULE = re.compile(r'([^{}]*:before[^{}]*)\{content:"\\([0-9a-f]{4})"\}')
ICON_NAME = re.compile(r"fa-[a-z0-9-]+")
SLIDERS = re.compile(r'(<figure class="explore" data-explore="([^"]+)".*?<script type="application/json")>(.*?)'
                     "</script>", re.DOTALL)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
PLACES = re.compile(r' (?:d|x|y)="[^"]*"')
DECIMALS = re.compile(r"(\.\d\d)\d+")
PRIVATE = re.compile("[\ue000-\uf8ff]")
ARROW = "\uf107"  # of sphinx-book-theme's own style


def finish(app: Any, error: Exception | None) -> None:
    """Change the pages of this build and the files of the theme."""
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for path in out.rglob("*.html"):
        finish_page(path, out / "_images")
    for path in (out / "_images").glob("*.svg"):
        round_places(path)
    for pattern in UNUSED:
        for path in (out / "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (out / "_static" / THEME_STYLE).exists():
        keep_icons(out)
    shrink_fonts(out / "_static" / "mathjax")
    for path in (out / "_static").glob(SEARCH):
        path.write_text(replaced(path.read_text(encoding="utf-8"), SEARCHED), encoding="utf-8")
    list_pages(app, out)


def finish_page(path: Path, images: Path) -> None:
    """Mend a page that was written in this build; others are mended already."""
    with path.open(encoding="utf-8", newline="") as page:
        if AUTO not in page.read(HEAD):
            return
        page.seek(0)
        text = page.read()
    text = ICON_SCRIPT.sub("", text.replace(AUTO, LIGHT, 1), count=1)
    text = replaced(text, NAMES)
    text = re.sub(r'<img(?![^>]*\bloading=)(?=[^>]*\bsrc="[^"]*_images/)', '<img loading="lazy"', text)
    text = SLIDERS.sub(lambda figure: set_apart(figure, path, images), text)
    path.write_text(text, encoding="utf-8", newline="")


def round_places(path: Path) -> None:
    """Write a drawing again with shorter coordinates."""
    text = path.read_text(encoding="utf-8")
    shorter = PLACES.sub(lambda place: DECIMALS.sub(r"\1", place[0]), text)
    if shorter != text:
        path.write_text(shorter, encoding="utf-8", newline="")


def replaced(text: str, changes: dict[str, str]) -> str:
    """The text with each key replaced by its value."""
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def set_apart(figure: re.Match, page: Path, images: Path) -> str:
    """The beginning of a figure with sliders, its pictures written to a script that the figure asks for."""
    head, key, pictures = figure.groups()
    file = images / f"{page.stem}-{key}.js"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"document.getElementById({key!r}).pictures = {pictures};\n", encoding="utf-8")
    address = Path(os.path.relpath(file, page.parent)).as_posix()
    return f'{head} data-file="{address}?v={hashlib.sha256(pictures.encode()).hexdigest()[:8]}"></script>'


def keep_icons(out: Path) -> None:
    """Leave those icons in the theme's style and fonts that the pages, scripts or the style itself show."""
    style = out / "_static" / THEME_STYLE
    text = style.read_text(encoding="utf-8")
    sources = [*out.rglob("*.html"), *(out / "_static/scripts").glob("*.js")]
    named = {name for path in sources for name in ICON_NAME.findall(path.read_text(encoding="utf-8"))}
    characters = {ARROW, *PRIVATE.findall(text)}

    def keep(rule: re.Match) -> str:
        if named.isdisjoint(ICON_NAME.findall(rule[1])):
            return ""
        characters.add(chr(int(rule[2], 16)))
        return rule[0]

    style.write_text(ICON_RULE.sub(keep, text), encoding="utf-8")
    for path in (out / "_static/vendor/fontawesome/webfonts").glob("*.woff2"):
        keep_glyphs(path, "".join(sorted(characters)))


def keep_glyphs(path: Path, characters: str) -> None:
    """Write a font again with some of its characters only."""
    options = subset.Options(layout_features=[])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    with TTFont(BytesIO(path.read_bytes()), recalcTimestamp=False) as font:  # the same bytes each time
        subsetter.subset(font)
        font.save(path)


def shrink_fonts(mathjax: Path) -> None:
    """Write the fonts of MathJax anew, and their names where its scripts ask for them."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[], drop_tables=["FFTM"])
    for path in mathjax.rglob("*.woff"):
        subsetter = subset.Subsetter(options)
        with TTFont(BytesIO(path.read_bytes()), recalcTimestamp=False) as font:  # the same bytes each time
            subsetter.populate(unicodes=font.getBestCmap())
            subsetter.subset(font)
            subset.save_font(font, path.with_suffix(".woff2"), options)
        path.unlink()
    for path in mathjax.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        if "woff" in text:
            path.write_text(re.sub(r"\bwoff(?=\")", "woff2", text), encoding="utf-8")


def list_pages(app: Any, out: Path) -> None:
    """Write the addresses of all pages, one a line."""
    names = [app.builder.get_target_uri(docname) for docname in app.env.found_docs]
    lines = sorted(f"{app.config.html_baseurl}{name}\n" for name in names)
    (out / "sitemap.txt").write_text("".join(lines), encoding="utf-8")


def tell_in_plain_text(app: Any, error: Exception | None) -> None:
    """Write a list of all pages in their order, each with its address and its description."""
    if error is not None or app.builder.format != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    lines = [f"# {app.config.html_title or app.config.project}\n\n"]
    for docname in app.env.collect_relations():
        name = app.builder.get_target_uri(docname)
        found = DESCRIPTION.search((out / name).read_text(encoding="utf-8"))
        lines.append(f"- [{chapter_name(app.env, docname)}]({base}{name}): {unescape(found[1]) if found else ''}\n")
    (out / "llms.txt").write_text("".join(lines), encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    """Connect to the end of the build."""
    app.connect("build-finished", finish)
    app.connect("build-finished", tell_in_plain_text)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
