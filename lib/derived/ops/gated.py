r"""Gated recurrent networks over a whole sequence: the long short-term memory and the gated recurrent unit.

Of each step only the product with the last state has to wait for the step before. The products with all inputs are one
matrix product before the loop, and the gradients of the weights are one after it. All gates of an LSTM take one
hyperbolic tangent, since :math:`\sigma(a)=\frac12\bigl(1+\tanh\frac a2\bigr)`. A gate is then right to a unit of
rounding of 1, not of itself: in float32 one that is closed by :math:`a<-17` is 0.
"""

from __future__ import annotations

import math

import numpy as np

from derived.arguments import require
from derived.ops.recurrence import require_recurrence
from derived.tensor import primitive, shared


@primitive
def lstm(x, h0, c0, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    r"""Long short-term memory over a sequence, one layer in one direction.

    .. math::
        \begin{aligned}
        a_t &= W_{ih}x_t + b_{ih} + W_{hh}h_{t-1} + b_{hh} = (a^i, a^f, a^g, a^o),\\
        i,f,o &= \sigma(a^i),\ \sigma(a^f),\ \sigma(a^o), \qquad g = \tanh(a^g),\\
        c_t &= f\odot c_{t-1} + i\odot g, \qquad h_t = o\odot\tanh c_t
        \end{aligned}

    Backwards in time, with :math:`\bar h` and :math:`\bar c` collecting what later steps and the loss send,

    .. math::
        \begin{aligned}
        \bar c_t &\mathrel{+}= \bar h_t\odot o\odot(1-\tanh^2 c_t), \qquad \bar c_{t-1} = f\odot\bar c_t,\\
        \bar a^i &= \bar c\odot g\odot i(1-i), \quad \bar a^f = \bar c\odot c_{t-1}\odot f(1-f),\\
        \bar a^g &= \bar c\odot i\odot(1-g^2), \quad \bar a^o = \bar h\odot\tanh c_t\odot o(1-o),\\
        \bar h_{t-1} &= W_{hh}^\top\bar a_t, \quad \bar W_{hh} = \sum_t\bar a_t h_{t-1}^\top,\quad
        \bar W_{ih} = \sum_t\bar a_t x_t^\top,\quad \bar b = \sum_t\bar a_t .
        \end{aligned}

    Parameters
    ----------
    x : (T, N, in) array, time first.
    h0, c0 : (N, hidden) arrays, the state before the first step; None for zeros.
    weight_ih, weight_hh : (4 hidden, in) and (4 hidden, hidden) arrays; rows in the order i, f, g, o.
    bias_ih, bias_hh : (4 hidden,) arrays or None.

    Returns
    -------
    (2, T, N, hidden) array: all :math:`h_t`, which are the layer's outputs, then all :math:`c_t`.

    Raises
    ------
    ValueError
        for shapes that do not conform or an empty sequence.

    Notes
    -----
    S. Hochreiter and J. Schmidhuber, Neural Computation 9 (1997); the gate f was added by F. Gers, J. Schmidhuber and
    F. Cummins, Neural Computation 12 (2000). Parameters as ``torch.nn.LSTM``.
    """
    h0, c0 = _require_shapes("lstm", 4, x, weight_ih, weight_hh, bias_ih, bias_hh, h0, c0)
    T, N, H = len(x), *h0.shape
    half = np.repeat(np.array([0.5, 0.5, 1, 0.5], weight_ih.dtype), H)  # a gate is half of 1 + tanh(a / 2), g a tanh
    rest = 1 - half
    gates = _projection(x, *(b if b is None else (b.T * half).T for b in (weight_ih, bias_ih, bias_hh)))
    recurrent = np.ascontiguousarray(weight_hh.T) * half
    states, tanh_c = np.empty((2, T + 1, N, H), gates.dtype), np.empty((T, N, H), gates.dtype)
    states[:, 0] = h0, c0
    h, c = states[:, 0]
    for t in range(T):
        a = gates[t]
        a += h @ recurrent
        np.tanh(a, out=a)
        a *= half
        a += rest
        i, f, g, o = a.reshape(N, 4, H).swapaxes(0, 1)
        c = np.multiply(f, c, out=states[1, t + 1])
        c += i * g
        h = np.multiply(o, np.tanh(c, out=tanh_c[t]), out=states[0, t + 1])
    back = shared(lambda v: _lstm_back(v, gates, tanh_c, states[1, :-1], weight_hh))
    pull_x, *pull_weights = _pulls_of_products(back(0), back(0), x, states[0, :-1], weight_ih)
    return states[:, 1:], pull_x, back(1), back(2), *pull_weights


def _lstm_back(v, gates, tanh_c, c_before, weight_hh):
    """Gradients of the pre-activations (T, N, 4 hidden), of h0 and of c0."""
    T, N, H = tanh_c.shape
    a_bar = np.empty_like(gates)
    gate, bar = np.empty((2, 4, N, H), gates.dtype)  # those of one step: in cache, and each without gaps
    h_bar = c_bar = np.zeros_like(tanh_c[0])
    for t in reversed(range(T)):
        gate[...] = gates[t].reshape(N, 4, H).swapaxes(0, 1)
        i, f, g, o = gate
        h_bar = h_bar + v[0, t]
        c_bar = c_bar + v[1, t]
        c_bar += h_bar * (o - o * tanh_c[t] * tanh_c[t])
        np.subtract(gate, gate * gate, out=bar)
        np.subtract(1, g * g, out=bar[2])
        for k, factor in enumerate((g, c_before[t], i, tanh_c[t])):
            bar[k] *= factor
        bar[:3] *= c_bar
        bar[3] *= h_bar
        a_bar[t].reshape(N, 4, H)[...] = bar.swapaxes(0, 1)
        h_bar, c_bar = a_bar[t] @ weight_hh, c_bar * f
    return a_bar, h_bar, c_bar


@primitive
def gru(x, h0, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    r"""Gated recurrent unit over a sequence, one layer in one direction.

    .. math::
        \begin{aligned}
        u_t &= W_{ih}x_t + b_{ih} = (u^r, u^z, u^n), \qquad v_t = W_{hh}h_{t-1} + b_{hh} = (v^r, v^z, v^n),\\
        r &= \sigma(u^r + v^r), \qquad z = \sigma(u^z + v^z), \qquad n = \tanh(u^n + r\odot v^n),\\
        h_t &= (1 - z)\odot n + z\odot h_{t-1}
        \end{aligned}

    Backwards in time

    .. math::
        \begin{aligned}
        \bar u^n &= \bar h_t\odot(1-z)\odot(1-n^2), \qquad \bar v^n = r\odot\bar u^n,\\
        \bar u^r &= \bar v^r = \bar u^n\odot v^n\odot r(1-r), \qquad
        \bar u^z = \bar v^z = \bar h_t\odot(h_{t-1}-n)\odot z(1-z),\\
        \bar h_{t-1} &= z\odot\bar h_t + W_{hh}^\top\bar v_t,
        \end{aligned}

    and the gradients of the weights are sums over time as those of :func:`lstm`.

    Parameters
    ----------
    x : (T, N, in) array, time first.
    h0 : (N, hidden) array, the state before the first step; None for zeros.
    weight_ih, weight_hh : (3 hidden, in) and (3 hidden, hidden) arrays; rows in the order r, z, n.
    bias_ih, bias_hh : (3 hidden,) arrays or None; they differ in n, where the gate r meets only the second.

    Returns
    -------
    (T, N, hidden) array, all :math:`h_t`.

    Raises
    ------
    ValueError
        for shapes that do not conform or an empty sequence.

    Notes
    -----
    K. Cho et al., EMNLP 2014, but with the gate r after the product with the state; parameters as ``torch.nn.GRU``.
    """
    h0, _ = _require_shapes("gru", 3, x, weight_ih, weight_hh, bias_ih, bias_hh, h0)
    T, N, H = len(x), *h0.shape
    gates = _projection(x, weight_ih, bias_ih)
    recurrent = np.ascontiguousarray(weight_hh.T)
    v_n, before = np.empty((T, N, H), gates.dtype), np.empty((T + 1, N, H), gates.dtype)
    before[0] = h0
    for t in range(T):
        v = before[t] @ recurrent
        if bias_hh is not None:
            v += bias_hh
        v_n[t] = v[:, 2 * H :]
        rz, n = gates[t, :, : 2 * H], gates[t, :, 2 * H :]
        rz += v[:, : 2 * H]
        rz *= 0.5
        np.tanh(rz, out=rz)
        rz *= 0.5
        rz += 0.5
        n += rz[:, :H] * v_n[t]
        np.tanh(n, out=n)
        h = np.subtract(before[t], n, out=before[t + 1])
        h *= rz[:, H:]
        h += n
    back = shared(lambda g: _gru_back(g, gates, v_n, before, weight_hh))
    pull_x, *pull_weights = _pulls_of_products(back(0), back(1), x, before[:-1], weight_ih)
    return before[1:], pull_x, back(2), *pull_weights


def _gru_back(g, gates, v_n, before, weight_hh):
    """Gradients of u and v (T, N, 3 hidden), and of h0."""
    T, N, H = v_n.shape
    u_bar, v_bar = np.empty_like(gates), np.empty_like(gates)
    h_bar = np.zeros_like(v_n[0])
    for t in reversed(range(T)):
        rz, n = gates[t, :, : 2 * H], gates[t, :, 2 * H :]
        r, z = rz[:, :H], rz[:, H:]
        h_bar = h_bar + g[t]
        kept = z * h_bar
        n_bar = np.multiply(h_bar - kept, 1 - n * n, out=u_bar[t, :, 2 * H :])
        np.multiply(n_bar, v_n[t], out=u_bar[t, :, :H])
        np.multiply(h_bar, before[t] - n, out=u_bar[t, :, H : 2 * H])
        u_bar[t, :, : 2 * H] *= rz - rz * rz
        v_bar[t, :, : 2 * H] = u_bar[t, :, : 2 * H]
        np.multiply(n_bar, r, out=v_bar[t, :, 2 * H :])
        h_bar = v_bar[t] @ weight_hh
        h_bar += kept
    return u_bar, v_bar, h_bar


def _rows(a):
    """All steps and examples as rows of one matrix."""
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1])


def _projection(x, weight, *biases):
    """The affine map of all inputs in one product, an array of its own."""
    value = (_rows(x) @ weight.T).reshape(*x.shape[:2], len(weight))
    for b in biases:
        if b is not None:
            value += b
    return value


def _pulls_of_products(u_bar, v_bar, x, before, weight_ih):
    """Pullbacks to x, the weights and the biases, given those to u = W_ih x + b_ih and v = W_hh h + b_hh.

    Each is one product over all steps and examples.
    """
    return (
        lambda g: (_rows(u_bar(g)) @ weight_ih).reshape(x.shape),
        lambda g: _rows(u_bar(g)).T @ _rows(x),
        lambda g: _rows(v_bar(g)).T @ _rows(before),
        lambda g: np.ones(x.shape[0] * x.shape[1], x.dtype) @ _rows(u_bar(g)),  # a third of the time of a sum
        lambda g: np.ones(x.shape[0] * x.shape[1], x.dtype) @ _rows(v_bar(g)),
    )


def _require_shapes(where, gates, x, weight_ih, weight_hh, bias_ih, bias_hh, h0, c0=None):
    """Shapes that conform; then the states, zeros where they are None."""
    require_recurrence(where, x, h0, weight_ih, weight_hh, bias_ih, bias_hh, gates)
    expected = (x.shape[1], weight_hh.shape[1])
    require(c0 is None or c0.shape == expected,
            "{}: c0 has shape {}, expected (N, hidden_size) = {}", where, np.shape(c0), expected)  # fmt: skip
    return [np.zeros(expected, x.dtype) if state is None else state for state in (h0, c0)]
