"""The same networks in PyTorch, and random networks to compare: imported by chapters and tests only."""

from derived.parity.cases import ACTIVATIONS, LOSSES, Case, networks
from derived.parity.optimizers import driven, named_pair, optimizer_pair
from derived.parity.twins import flat, flat_loss, random_mlps, torch_twin

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Case",
    "driven",
    "flat",
    "flat_loss",
    "named_pair",
    "networks",
    "optimizer_pair",
    "random_mlps",
    "torch_twin",
]
