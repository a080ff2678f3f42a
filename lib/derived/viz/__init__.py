"""Drawing for the chapters: style, sliders, source listings, diagrams, decision regions, tables."""

from derived.viz.explore import explore
from derived.viz.listing import listing
from derived.viz.style import colors, sizes, use_style

__all__ = ["colors", "explore", "listing", "sizes", "use_style"]
