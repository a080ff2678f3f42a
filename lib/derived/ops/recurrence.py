"""The simple recurrent network over a whole sequence, and its pullback: backpropagation through time."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from derived.arguments import one_of, require
from derived.tensor import primitive, shared

__all__ = ["NONLINEARITIES", "require_recurrence", "rnn"]

#: Each nonlinearity, written into an array that is given, and its slope as a function of its *value* h.
NONLINEARITIES = {
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "relu": (lambda a, out: np.maximum(a, 0, out=out), lambda h: (h > 0).astype(h.dtype)),
    "sigmoid": (expit, lambda h: h * (1 - h)),
    "identity": (np.positive, np.ones_like),
}


@primitive
def rnn(x, h0, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    r"""States of a simple recurrent network, :math:`h_t=\phi(W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh})`, t = 1, …, T.

    The pullback goes through the sequence backwards. With :math:`\bar h_t` the gradient handed to output t,

    .. math:: \delta_t=(\bar h_t+W_{hh}^\top\delta_{t+1})\odot\phi'(a_t),\quad \delta_{T+1}=0,\qquad
       \bar W_{hh}=\sum_t\delta_th_{t-1}^\top,\quad \bar W_{ih}=\sum_t\delta_tx_t^\top,\quad
       \bar x_t=W_{ih}^\top\delta_t,\quad \bar h_0=W_{hh}^\top\delta_1

    and both biases have :math:`\sum_t\delta_t`. The sums over t are one matrix product each, after the loop.

    Parameters
    ----------
    x : (T, N, input_size) array: time first, N sequences beside one another.
    h0 : (N, hidden_size) first state; None for zeros.
    weight_ih : (hidden_size, input_size) array; weight_hh : (hidden_size, hidden_size) array.
    bias_ih, bias_hh : (hidden_size,) arrays or None. They are only ever added; there are two because PyTorch has two.
    nonlinearity : "tanh" or "relu", as in PyTorch; also "sigmoid" and "identity".

    Returns
    -------
    (T, N, hidden_size) array of all states :math:`h_1,\dots,h_T`; the last one is ``outputs[-1]``.

    Raises
    ------
    ValueError
        for shapes that do not conform, and for an unknown nonlinearity.
    """
    phi, slope = NONLINEARITIES[one_of("rnn", "nonlinearity", nonlinearity, NONLINEARITIES)]
    require_recurrence("rnn", x, h0, weight_ih, weight_hh, bias_ih, bias_hh)
    (T, N, _), hidden = x.shape, len(weight_hh)
    rows = x.reshape(T * N, -1)
    a = rows.dot(weight_ih.T).reshape(T, N, hidden)  # the inputs' part, for all times at once
    for bias in (bias_ih, bias_hh):
        if bias is not None:
            a += bias
    states = np.empty((T + 1, N, hidden), a.dtype)
    states[0] = 0 if h0 is None else h0
    for t in range(T):
        a[t] += states[t].dot(weight_hh.T)
        phi(a[t], out=states[t + 1])

    def through_time(g):
        deltas, carried = np.empty_like(a), 0
        for t in reversed(range(T)):
            np.multiply(g[t] + carried, slope(states[t + 1]), out=deltas[t])
            carried = deltas[t].dot(weight_hh)
        return deltas.reshape(T * N, hidden), carried

    part = shared(through_time)
    delta, first = part(0), part(1)

    def pull_bias(g):
        return delta(g).sum(axis=0)

    return (
        states[1:],
        lambda g: delta(g).dot(weight_ih).reshape(x.shape),
        first,
        lambda g: delta(g).T.dot(rows),
        lambda g: delta(g).T.dot(states[:-1].reshape(T * N, hidden)),
        pull_bias,
        pull_bias,
    )


def require_recurrence(where: str, x: np.ndarray, h0: np.ndarray | None, weight_ih: np.ndarray, weight_hh: np.ndarray,
                       bias_ih: np.ndarray | None, bias_hh: np.ndarray | None, gates: int = 1) -> None:  # fmt: skip
    """Shapes that conform; a gated unit has ``gates`` blocks of hidden_size rows in its weights and biases."""
    require(x.ndim == 3 and len(x) > 0,
            "{}: x has shape {}, expected (T, N, input_size) with at least one step", where, x.shape)  # fmt: skip
    require(weight_hh.ndim == 2 and len(weight_hh) == gates * weight_hh.shape[1],
            "{}: weight_hh has shape {}, expected ({} hidden_size, hidden_size)",
            where, weight_hh.shape, gates if gates > 1 else "")  # fmt: skip
    units, hidden = weight_hh.shape
    require(weight_ih.ndim == 2 and weight_ih.shape == (units, x.shape[2]),
            "{}: weight_ih has shape {}, x {} and weight_hh {} expect {}",
            where, weight_ih.shape, x.shape, weight_hh.shape, (units, x.shape[2]))  # fmt: skip
    require(h0 is None or np.shape(h0) == (x.shape[1], hidden),
            "{}: h0 has shape {}, expected (N, hidden_size) = {}",
            where, np.shape(h0), (x.shape[1], hidden))  # fmt: skip
    for name, bias in (("bias_ih", bias_ih), ("bias_hh", bias_hh)):
        require(bias is None or bias.shape == (units,),
                "{}: {} has shape {}, expected {}", where, name, np.shape(bias), (units,))  # fmt: skip
