"""Early stopping on made-up sequences whose end is known."""

import re

import numpy as np
import pytest

from derived import nn
from derived.training import EarlyStopping


def run(values, **options):
    """Feed the values in; the epoch of the stop (or None), the stopper, and a model that holds the epoch's number."""
    model = nn.Linear(1, 1, rng=np.random.default_rng(0))
    stopper = EarlyStopping(monitor="value", **options)
    for epoch, value in enumerate(values, 1):
        model.weight.data[...] = epoch
        if stopper.update(epoch, {"value": value}, model):
            return epoch, stopper, model
    return None, stopper, model


@pytest.mark.parametrize(
    ("values", "options", "stop", "best"),
    [
        ([5, 4, 3, 3, 3, 3], {"patience": 2}, 5, 3),
        ([5, 4, 3, 2, 1], {"patience": 1}, None, 5),
        ([5, 6, 4, 5, 5], {"patience": 2}, 5, 3),
        ([5, 4.99, 4.98, 4.97], {"patience": 2, "min_delta": 0.1}, 3, 1),
        ([5, 4.95, 4.9, 4.85], {"patience": 3, "min_delta": 0.1}, None, 4),
        ([0.5, 0.6, 0.6, 0.55], {"patience": 2, "mode": "max"}, 4, 2),
        ([1, float("nan"), float("nan")], {"patience": 2}, 3, 1),
    ],
)
def test_when_it_stops_and_what_is_best(values, options, stop, best):
    stopped, stopper, model = run(values, **options)
    assert stopped == stop
    assert stopper.best_epoch == best and stopper.best == values[best - 1]
    stopper.restore(model)
    assert model.weight.data.item() == best


def test_start_forgets():
    _, stopper, model = run([1, 2, 3], patience=5)
    stopper.start()
    assert not stopper.update(1, {"value": 10.0}, model)
    assert stopper.best == 10.0 and stopper.best_epoch == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: EarlyStopping(0), "EarlyStopping: patience is 0, expected an integer >= 1"),
        (lambda: EarlyStopping(1.5), "EarlyStopping: patience is 1.5, expected an integer >= 1"),
        (lambda: EarlyStopping(min_delta=-1), "EarlyStopping: min_delta is -1, expected a number >= 0"),
        (lambda: EarlyStopping(mode="mim"), "EarlyStopping: mode is 'mim', expected one of 'min', 'max' (did you mean"),
        (lambda: EarlyStopping().restore(None), "EarlyStopping.restore: no epoch seen yet"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
