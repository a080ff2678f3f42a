"""Give pages the light colours where JavaScript is off.

The theme's colours hang on ``data-theme``, which its script sets to light or dark; without the script it stays
``auto``, for which there are no colours.  The script overrides what is written here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AUTO, LIGHT = 'data-theme="auto"', 'data-theme="light"'
HEAD = 1000  # the attribute stands on the first tag


def light(app: Any, error: Exception | None) -> None:
    """Write the colour mode into the pages that were written in this build."""
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        with path.open(encoding="utf-8", newline="") as page:
            if AUTO not in page.read(HEAD):
                continue
            page.seek(0)
            text = page.read()
        path.write_text(text.replace(AUTO, LIGHT, 1), encoding="utf-8", newline="")


def setup(app: Any) -> dict[str, Any]:
    """Connect to the end of the build."""
    app.connect("build-finished", light)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
