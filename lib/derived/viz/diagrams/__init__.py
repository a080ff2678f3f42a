"""Diagrams drawn by code: networks, neurons, computation graphs, block diagrams."""

from derived.viz.diagrams.graph import draw_graph
from derived.viz.diagrams.network import draw_network
from derived.viz.diagrams.neuron import draw_artificial, draw_biological, draw_neuron
from derived.viz.diagrams.pipeline import draw_pipeline
from derived.viz.diagrams.recurrent import draw_folded, draw_unrolled
from derived.viz.diagrams.transformer import draw_transformer

__all__ = [
    "draw_artificial",
    "draw_biological",
    "draw_folded",
    "draw_graph",
    "draw_network",
    "draw_neuron",
    "draw_pipeline",
    "draw_transformer",
    "draw_unrolled",
]
