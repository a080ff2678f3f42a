"""The same networks in PyTorch, and random networks to compare: imported by chapters and tests only."""

from derived.parity.attention import attention_pairs, attention_twin, lookups
from derived.parity.cases import ACTIVATIONS, LOSSES, Case, networks
from derived.parity.convolutions import ConvCase, convolutions, pooled, slid_back
from derived.parity.normalization import columns, normalized_mlps, pulled
from derived.parity.optimizers import driven, named_pair, optimizer_pair, torch_path
from derived.parity.recurrent import late_losses, random_rnns, recurrent_twin, sequences
from derived.parity.schedules import torch_rates, torch_warmup_rates
from derived.parity.transformers import block_twin, random_blocks, sequence_twin
from derived.parity.twins import flat, flat_loss, graph_twin, random_mlps, row_jacobians, torch_twin

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Case",
    "ConvCase",
    "attention_pairs",
    "attention_twin",
    "block_twin",
    "columns",
    "convolutions",
    "driven",
    "flat",
    "flat_loss",
    "graph_twin",
    "late_losses",
    "lookups",
    "named_pair",
    "networks",
    "normalized_mlps",
    "optimizer_pair",
    "pooled",
    "pulled",
    "random_blocks",
    "random_mlps",
    "random_rnns",
    "recurrent_twin",
    "row_jacobians",
    "sequence_twin",
    "sequences",
    "slid_back",
    "torch_path",
    "torch_rates",
    "torch_twin",
    "torch_warmup_rates",
]
