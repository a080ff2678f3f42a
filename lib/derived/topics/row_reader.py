"""Images read row by row: a recurrent layer, and a decision from its last outputs."""

from __future__ import annotations

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.nn import Module
from derived.schedules import Scheduler
from derived.tensor import Tensor
from derived.training import accuracy, fit

__all__ = ["RowReader", "read_digits"]


class RowReader(Module):
    r"""Class scores :math:`Vo+c` of a square image, o the outputs of a recurrent layer that read its rows as steps.

    A bidirectional layer contributes the last output of each direction: the forward one at the last row, the
    backward one at the first.

    Parameters
    ----------
    recurrent : a layer with as many inputs as a row has pixels, time first, such as ``nn.RNN(8, 64, rng=rng)``.
    classes : number of classes.
    rng : source of the output layer's weights.
    """

    def __init__(self, recurrent: nn.Recurrent, classes: int, *, rng: np.random.Generator) -> None:
        self.recurrent = recurrent
        self.output = nn.Linear(recurrent.directions * recurrent.hidden_size, classes, rng=rng)

    def forward(self, images: np.ndarray) -> Tensor:
        """(N, rows · pixels) images to (N, classes) scores."""
        rows = np.asarray(images).reshape(len(images), -1, self.recurrent.input_size).transpose(1, 0, 2)
        outputs, _ = self.recurrent(rows)
        n = self.recurrent.hidden_size
        ends = [outputs[-1, :, :n], outputs[0, :, n:]] if self.recurrent.bidirectional else [outputs[-1]]
        return self.output(ops.cat(ends, dim=-1))


def read_digits(data: tuple, recurrent: nn.Recurrent, seed: int, *, epochs: int = 30, lr: float = 3e-3,
                decay: bool = False) -> float:  # fmt: skip
    """Test accuracy of a :class:`RowReader` after Adam with batches of 64; data: X_train, X_test, y_train, y_test.

    With ``decay`` the rate goes down to 0 linearly in the second half of the training.
    """
    X_train, X_test, y_train, y_test = data
    rng = np.random.default_rng(seed)
    model = RowReader(recurrent, int(y_train.max()) + 1, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    batches = Batches(X_train, y_train, 64, rng)
    steps = epochs * len(batches)
    falling = Scheduler(optimizer, lambda t: lr * min(1.0, 2 - 2 * t / steps)) if decay else None
    fit(model, ops.cross_entropy, optimizer, batches, epochs, progress=False, scheduler=falling)
    return accuracy(model, X_test, y_test)
