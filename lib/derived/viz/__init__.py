"""Drawing for the chapters: style, sliders, source listings, diagrams, decision regions, tables."""

from derived.viz.boundaries import decision_boundary, draw_vector, half_plane, scatter_classes
from derived.viz.explore import explore
from derived.viz.listing import listing
from derived.viz.style import colors, sizes, use_style
from derived.viz.tables import table

__all__ = [
    "colors",
    "decision_boundary",
    "draw_vector",
    "explore",
    "half_plane",
    "listing",
    "scatter_classes",
    "sizes",
    "table",
    "use_style",
]
