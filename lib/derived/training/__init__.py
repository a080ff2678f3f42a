"""Training: the loop, its history, early stopping, evaluation, timing.

=======================  ====================================================================================
:mod:`.loop`             ``train_step``, the five lines of every training; ``fit``, which repeats them
:mod:`.history`          ``History``: what ``fit`` returns, one record an epoch
:mod:`.early_stopping`   ``EarlyStopping``: stop when nothing improves, go back to the best weights
:mod:`.evaluation`       ``evaluate``, ``predict``, ``accuracy``: without gradients, in evaluation mode
:mod:`.timing`           ``EpochTimer``: the time of each epoch
:mod:`.search`           ``grid``, ``random_points``, ``log_uniform``, ``run_trials``: hyper-parameters under a budget
=======================  ====================================================================================
"""

from .early_stopping import EarlyStopping
from .evaluation import accuracy, evaluate, predict
from .history import History
from .loop import TrainingDiverged, fit, train_step
from .search import Trial, best_trial, grid, log_uniform, one_minus_log_uniform, random_points, run_trials
from .timing import EpochTimer

__all__ = [
    "EarlyStopping",
    "EpochTimer",
    "History",
    "TrainingDiverged",
    "Trial",
    "accuracy",
    "best_trial",
    "evaluate",
    "fit",
    "grid",
    "log_uniform",
    "one_minus_log_uniform",
    "predict",
    "random_points",
    "run_trials",
    "train_step",
]
