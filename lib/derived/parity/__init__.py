"""The same networks in PyTorch, and random networks to compare: imported by chapters and tests only."""

from derived.parity.cases import ACTIVATIONS, LOSSES, Case, networks
from derived.parity.optimizers import optimizer_pair
from derived.parity.twins import flat, flat_loss, random_mlps, torch_twin

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Case",
    "flat",
    "flat_loss",
    "networks",
    "optimizer_pair",
    "random_mlps",
    "torch_twin",
]
