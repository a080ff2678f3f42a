r"""Learning-rate schedules: the rate as a function of the step t = 0, 1, 2, …, and what hands it to an optimizer.

=====================  ==================================================================================
:mod:`.base`           ``Schedule``, a function of the step; ``Scheduler``, which sets an optimizer's rate
:mod:`.decay`          ``StepLR``, ``ExponentialLR``, ``InverseTimeLR``, ``InverseSqrtLR``
:mod:`.cyclic`         ``CyclicLR`` (triangles), ``CosineAnnealingWarmRestarts``
:mod:`.warmup`         ``LinearWarmup`` before any other schedule, ``NoamLR`` of the Transformer
:mod:`.plateau`        ``HalveOnPlateau``: decided by the validation loss, with rollback
:mod:`.taxonomy`       ``TAXONOMY``: what decides the rate, method by method
=====================  ==================================================================================
"""

from derived.schedules.base import Schedule, Scheduler
from derived.schedules.cyclic import CosineAnnealingWarmRestarts, CyclicLR
from derived.schedules.decay import ExponentialLR, InverseSqrtLR, InverseTimeLR, StepLR
from derived.schedules.plateau import HalveOnPlateau
from derived.schedules.taxonomy import TAXONOMY, Method
from derived.schedules.warmup import LinearWarmup, NoamLR

__all__ = [
    "TAXONOMY",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "HalveOnPlateau",
    "InverseSqrtLR",
    "InverseTimeLR",
    "LinearWarmup",
    "Method",
    "NoamLR",
    "Schedule",
    "Scheduler",
    "StepLR",
]
