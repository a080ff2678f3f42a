"""History: arrays by name, and an answer to names that are not there."""

import numpy as np
import pytest

from derived.training import History


def test_arrays_names_and_repr():
    history = History()
    assert history.epochs == 0 and history.keys() == [] and history["loss"].size == 0
    assert repr(history) == "History(0 epochs)"
    history.records += [{"loss": 2.0, "dev_accuracy": 0.25}, {"loss": 1.0, "dev_accuracy": 0.5}]
    assert history["dev_accuracy"].tolist() == [0.25, 0.5] and history["loss"].dtype == np.float64
    assert list(history) == ["loss", "dev_accuracy"] and "loss" in history and "test_loss" not in history
    assert len(history) == history.epochs == 2
    assert repr(history) == "History(2 epochs, loss 1, dev_accuracy 0.5)"


def test_unknown_names():
    history = History()
    history.records.append({"loss": 2.0})
    with pytest.raises(ValueError, match=r"History: name is 'los', expected one of 'loss' \(did you mean 'loss'\?\)"):
        history["los"]
