"""Keep a full stop or a comma on the line of the formula that it follows.

MathJax sets an inline formula as a box, and browsers break lines after a box.  Formula and punctuation therefore go
into one element that does not break.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

PUNCTUATION = re.compile(r"[.,;:!?)\]’”–-]+")


def join(app: Any, doctree: nodes.document) -> None:
    """Wrap each inline formula that punctuation follows, together with the punctuation."""
    for math in list(doctree.findall(nodes.math)):
        following = math.next_node(descend=False, siblings=True)
        if not isinstance(following, nodes.Text) or not (found := PUNCTUATION.match(following.astext())):
            continue
        parent, place = math.parent, math.parent.index(math)
        wrapper = nodes.inline("", "", classes=["joined"])
        rest = following.astext()[found.end() :]
        parent[place : place + 2] = [wrapper, nodes.Text(rest)] if rest else [wrapper]
        wrapper += [math, nodes.Text(found.group())]


def setup(app: Any) -> dict[str, Any]:
    """Join once a page has been read."""
    app.connect("doctree-read", join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
