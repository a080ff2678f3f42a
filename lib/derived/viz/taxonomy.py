"""The table of what decides the learning rate, with links to the library's source and to PyTorch's pages."""

from __future__ import annotations

import inspect
from importlib import import_module

from derived.schedules.taxonomy import TAXONOMY
from derived.viz.listing import link_to_lines
from derived.viz.tables import Link, Table, table

__all__ = ["source_link", "taxonomy_table"]

PYTORCH = "https://docs.pytorch.org/docs/stable/generated/torch.optim"


def source_link(here: str) -> Link:
    """The name in ``module:name``, leading to its lines on GitHub."""
    module, name = here.split(":")
    found = getattr(import_module(module), name)
    lines, start = inspect.getsourcelines(found)
    return Link(name, link_to_lines(inspect.getsourcefile(found), start, start + len(lines) - 1))


def taxonomy_table() -> Table:
    """One row for each method of ``derived.schedules.TAXONOMY``; the first of a kind names what decides."""
    rows, before = [], ""
    for method in TAXONOMY:
        there = Link(method.there, f"{PYTORCH}.{method.there}.html") if method.there else "–"
        rows.append([method.decides if method.decides != before else "", method.name, source_link(method.here), there])
        before = method.decides
    return table(rows, ["decided by", "method", "here", "torch.optim"])
