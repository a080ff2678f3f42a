"""Optimizers: one update rule each, on PyTorch's conventions."""

from derived.optim.adam import Adam, AdamW
from derived.optim.base import Optimizer
from derived.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
