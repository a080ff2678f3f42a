"""Optimizers: one update rule each, on PyTorch's conventions; averages of parameters, clipping of gradients."""

from derived.optim.adagrad import Adadelta, Adagrad
from derived.optim.adam import Adam, AdamW
from derived.optim.adam_variants import Adamax, NAdam
from derived.optim.averaging import EMA, PolyakAverage
from derived.optim.base import Optimizer
from derived.optim.clipping import clip_grad_norm_, clip_grad_value_
from derived.optim.rmsprop import MaxProp, RMSprop
from derived.optim.sam import SAM
from derived.optim.sgd import SGD
from derived.optim.signs import SignSGD
from derived.optim.svrg import SVRG

__all__ = [
    "EMA",
    "SAM",
    "SGD",
    "SVRG",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "MaxProp",
    "NAdam",
    "Optimizer",
    "PolyakAverage",
    "RMSprop",
    "SignSGD",
    "clip_grad_norm_",
    "clip_grad_value_",
]
