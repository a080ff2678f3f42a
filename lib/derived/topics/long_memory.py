"""Tasks that need a long memory: the adding problem, and a recurrent network that answers after the last step."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import one_of, require
from derived.tensor import Tensor, no_grad
from derived.topics.sequence_training import train_steps

LAYERS = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
#: The mean squared error of the best constant answer, 1: the variance of a sum of two uniform numbers.
BASELINE = 1 / 6


def adding_problem(length: int, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of random numbers, two of them marked; the answer is the sum of these two.

    Parameters
    ----------
    length : T, at least 2; one mark falls into the first half, one into the second.
    count : N, number of sequences.
    rng : source of numbers and marks.

    Returns
    -------
    x : (T, N, 2) float32, uniform numbers from 0 to 1 and marks 0 or 1.
    y : (N,) float32, the sums.

    Notes
    -----
    After S. Hochreiter and J. Schmidhuber, Neural Computation 9 (1997), experiment 4.
    """
    require(length >= 2, "adding_problem: length is {}, expected at least 2", length)
    x = np.zeros((length, count, 2), np.float32)
    x[..., 0] = rng.random((length, count), dtype=np.float32)
    first, second = rng.integers(0, length // 2, count), rng.integers(length // 2, length, count)
    rows = np.arange(count)
    x[first, rows, 1] = x[second, rows, 1] = 1
    return x, x[first, rows, 0] + x[second, rows, 0]


class Reader(nn.Module):
    """A recurrent layer that reads a whole sequence, and an affine map of its last output.

    Parameters
    ----------
    kind : "RNN", "GRU" or "LSTM".
    input_size, hidden_size, output_size : sizes.
    rng : source of the initial weights.
    memory : for an LSTM, the number of steps T that its cells shall keep: forget biases are drawn as
        :math:`\\log u`, u uniform on [1, T - 1], and the input biases are their negatives; None leaves the layer's own.
    dtype : of the parameters.

    Notes
    -----
    The biases are those of C. Tallec and Y. Ollivier, ICLR 2018.
    """

    def __init__(self, kind: str, input_size: int, hidden_size: int, output_size: int, *, rng: np.random.Generator,
                 memory: float | None = None, dtype: type = np.float32) -> None:  # fmt: skip
        self.layer = LAYERS[one_of("Reader", "kind", kind, LAYERS)](input_size, hidden_size, rng=rng, dtype=dtype)
        self.head = nn.Linear(hidden_size, output_size, rng=rng, dtype=dtype)
        if memory is not None and kind == "LSTM":
            remember(self.layer, memory, rng)

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(T, N, input_size) to (N, output_size)."""
        return self.head(self.layer(x)[0][-1])


def remember(layer: nn.LSTM, steps: float, rng: np.random.Generator) -> None:
    """Set the biases of the first layer so that its cells keep what they hold for 2 to ``steps`` steps; see Reader."""
    H = layer.hidden_size
    b = np.log(rng.uniform(1, max(steps - 1, 1), H))
    layer.bias_hh_l0.data[:] = 0
    layer.bias_ih_l0.data[:] = 0
    layer.bias_ih_l0.data[:H] = -b
    layer.bias_ih_l0.data[H : 2 * H] = b


def train_adding(kind: str, length: int, seed: int, *, hidden: int = 24, steps: int = 250, lr: float = 0.04,
                 batch: int = 32, every: int = 25, memory: bool = True) -> np.ndarray:  # fmt: skip
    """Mean squared error on 250 new sequences, every few steps of training.

    Parameters
    ----------
    kind, hidden : of the :class:`Reader`.
    length : of the sequences.
    seed : of weights and batches; the test sequences are the same for all seeds.
    steps, lr, batch, every : of the training.
    memory : whether an LSTM's biases are set for this length.

    Notes
    -----
    The input weights are uniform with variance 1/2, one over the number of inputs (LeCun's rule), in place of the
    layer's :math:`\\pm1/\\sqrt{\\text{hidden}}`: with so few inputs the gates would hardly hear the mark at first.
    """
    rng = np.random.default_rng(seed)
    model = Reader(kind, 2, hidden, 1, rng=rng, memory=length if memory else None)
    model.layer.weight_ih_l0.data *= np.sqrt(3 * hidden / 2, dtype=np.float32)
    x_test, y_test = adding_problem(length, 250, np.random.default_rng(10**6))

    def loss() -> Tensor:
        x, y = adding_problem(length, batch, rng)
        return ops.mse_loss(model(x)[:, 0], y)

    def error() -> float:
        with no_grad():
            return float(np.mean((model(x_test).data[:, 0] - y_test) ** 2))

    return np.array(train_steps(model, loss, steps, lr, watch=error, every=every))
