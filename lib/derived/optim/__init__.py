"""Optimizers: one update rule each, on PyTorch's conventions; averages of parameters, clipping of gradients."""

from derived.optim.adam import Adam, AdamW
from derived.optim.averaging import PolyakAverage
from derived.optim.base import Optimizer
from derived.optim.clipping import clip_grad_norm_, clip_grad_value_
from derived.optim.sgd import SGD
from derived.optim.svrg import SVRG

__all__ = ["SGD", "SVRG", "Adam", "AdamW", "Optimizer", "PolyakAverage", "clip_grad_norm_", "clip_grad_value_"]
