"""Units that no example reaches: what a rectifier can become, found by the slopes of its activation."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import rule_of

__all__ = ["dead_share", "dead_units"]


def dead_units(model: nn.Sequential, X: np.ndarray) -> list[np.ndarray]:
    r"""For each activation layer, which units are dead on ``X``: :math:`\phi'(z_{nj})=0` for every example n.

    A dead unit passes no error down, so neither its weights nor its bias get a gradient from ``X``.

    Parameters
    ----------
    model : linear layers, normalisations and activations one after the other, such as :class:`nn.MLP`.
    X : (N, n_0) inputs.

    Returns
    -------
    List of boolean arrays (n_l,), first layer first.

    Raises
    ------
    ValueError
        if ``X`` has no rows or ``model`` has no activation.
    """
    require(len(X) > 0, "dead_units: X has no rows, expected at least one example")
    found, values = [], X
    for module in model.layers:
        if isinstance(module, nn.Linear | nn.BatchNorm1d | nn.LayerNorm):
            values = module(values).data
        else:
            values, pull = rule_of(module)(values)
            found.append((pull(np.ones_like(values)) == 0).all(axis=0))
    require(bool(found), "dead_units: the model has no activation")
    return found


def dead_share(model: nn.Sequential, X: np.ndarray) -> float:
    """The part of all units behind an activation that is dead on ``X``, between 0 and 1."""
    return float(np.concatenate(dead_units(model, X)).mean())
