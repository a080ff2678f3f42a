"""What is changed once the site is written: colours without JavaScript, pictures on demand, nothing unused.

* The theme's colours hang on ``data-theme``, which its script sets to light or dark; without the script it would stay
  ``auto``, for which there are no colours.
* Pictures load when they come into view.
* The theme draws its icons twice, by a script of 1.5 MB and by fonts; the fonts stay, with the icons that occur.
* Source maps and translations into other languages serve no reader.
"""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

AUTO, LIGHT = 'data-theme="auto"', 'data-theme="light"'
HEAD = 1000  # the attribute stands on the first tag
ICON_SCRIPT = re.compile(r'<script src="[^"]*scripts/fontawesome\.js[^"]*"></script>')
UNUSED = ("scripts/fontawesome.js*", "**/*.map", "locales", "vendor/fontawesome/webfonts/*.ttf")
THEME_STYLE = "styles/pydata-sphinx-theme.css"
ICON_RULE = re.compile(r'([^{}]*:before[^{}]*)\{content:"\\([0-9a-f]{4})"\}')
ICON_NAME = re.compile(r"fa-[a-z0-9-]+")
PRIVATE = re.compile("[\ue000-\uf8ff]")
ARROW = "\uf107"  # of sphinx-book-theme's own style


def finish(app: Any, error: Exception | None) -> None:
    """Change the pages of this build and the files of the theme."""
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for path in out.rglob("*.html"):
        finish_page(path)
    for pattern in UNUSED:
        for path in (out / "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (out / "_static" / THEME_STYLE).exists():
        keep_icons(out)


def finish_page(path: Path) -> None:
    """Mend a page that was written in this build; others are mended already."""
    with path.open(encoding="utf-8", newline="") as page:
        if AUTO not in page.read(HEAD):
            return
        page.seek(0)
        text = page.read()
    text = ICON_SCRIPT.sub("", text.replace(AUTO, LIGHT, 1), count=1)
    text = re.sub(r'<img(?![^>]*\bloading=)(?=[^>]*\bsrc="[^"]*_images/)', '<img loading="lazy"', text)
    path.write_text(text, encoding="utf-8", newline="")


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
    with TTFont(BytesIO(path.read_bytes())) as font:
        subsetter.subset(font)
        font.save(path)


def setup(app: Any) -> dict[str, Any]:
    """Connect to the end of the build."""
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
