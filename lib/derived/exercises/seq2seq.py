"""Checkers for the chapter on gated units: ``lstm_step``, ``gru_step``, ``beam_search``, ``best_path``."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np
from scipy.special import expit

from derived import ops
from derived.exercises.checker import Checker

__all__ = ["beam_search", "best_path", "gru_step", "lstm_step"]


def _steps(rng: np.random.Generator, *, gates: int, states: int) -> Iterator[tuple]:
    for k in range(20):
        d, n = (1, 1) if k == 0 else rng.integers(1, 5, 2).tolist()
        shapes = [(d,), *[(n,)] * states, (gates * n, d), (gates * n, n), *[(gates * n,)] * (states == 1)]
        yield *(rng.normal(size=s) for s in shapes), rng.normal(size=gates * n)


def _lstm(x, h, c, W_ih, W_hh, b):
    value = ops.lstm.rule(x[None, None], h[None], c[None], W_ih, W_hh, b)[0]
    return value[0, 0, 0], value[1, 0, 0]


def _lstm_slip(x, h, c, W_ih, W_hh, b, *, order: tuple = (0, 1, 2, 3), candidate: Callable = np.tanh,
               read: Callable = np.tanh):  # fmt: skip
    parts = np.split(W_ih @ x + W_hh @ h + b, 4)
    i, f, g, o = (parts[k] for k in order)
    c = expit(f) * c + expit(i) * candidate(g)
    return expit(o) * read(c), c


def _old_cell(x, h, c, W_ih, W_hh, b):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b, 4)
    new = expit(f) * c + expit(i) * np.tanh(g)
    return expit(o) * np.tanh(c), new


def _gru_slip(x, h, W_ih, W_hh, b_ih, b_hh, *, swap: bool = False, early: bool = False, both: bool = False,
              order: bool = False, bias: bool = False):  # fmt: skip
    u, v, n = W_ih @ x + b_ih, W_hh @ h + b_hh, len(h)
    r, z = expit(u[:n] + v[:n]), expit(u[n : 2 * n] + v[n : 2 * n])
    if order:
        r, z = z, r
    inner = r * v[2 * n :]
    if bias:
        inner = inner + (1 - r) * b_hh[2 * n :]
    if early:
        inner = W_hh[2 * n :] @ (r * h) + b_hh[2 * n :]
    if both:
        inner = v[2 * n :] * r + (r - 1) * u[2 * n :]
    new = np.tanh(u[2 * n :] + inner)
    return (1 - z) * h + z * new if swap else (1 - z) * new + z * h


def _chains(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        V, T = (1, 1) if k == 0 else (int(rng.integers(2, 5)), int(rng.integers(1, 5)))
        logits = 2 * rng.normal(size=(V + 1, V))
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        yield logs[0], logs[1:], T, 1 + k % 4


def _beam(start, transition, T, k, *, sign=-1.0, last=False):
    """Beam search by the sums of the log-probabilities or, with `last`, by their last terms; sign 1 keeps the worst."""
    kept = [((v,), s, s) for v, s in enumerate(start)]
    for t in range(T):
        if t:
            kept = [((*p, v), s + q, q) for p, s, _ in kept for v, q in enumerate(transition[p[-1]])]
        kept = sorted(kept, key=lambda prefix: sign * prefix[2 if last else 1])[:k]
    return list(min(kept, key=lambda prefix: sign * prefix[1])[0])


def _score(start, transition, p):
    return start[p[0]] + sum(transition[a, b] for a, b in zip(p, p[1:], strict=False))


def _best(start, transition, T):
    return list(max(product(range(len(start)), repeat=T), key=lambda p: _score(start, transition, p)))


def _best_ends(start, transition, T):
    score, path = start, [int(start.argmax())]
    for _ in range(T - 1):
        score = (score[:, None] + transition).max(axis=0)
        path.append(int(score.argmax()))
    return path


lstm_step = Checker(
    "lstm_step",
    _lstm,
    partial(_steps, gates=4, states=2),
    slips={
        "The rows come in the order i, f, g, o.": partial(_lstm_slip, order=(0, 1, 3, 2)),
        "The first rows are the input gate's, the second the forget gate's.": partial(_lstm_slip, order=(1, 0, 2, 3)),
        "The candidate g is a tanh, not a gate.": partial(_lstm_slip, candidate=expit),
        "The output reads the cell through a tanh: h = o * tanh(c).": partial(_lstm_slip, read=lambda c: c),
        "The output reads the new cell, not the old one.": _old_cell,
        "Return h first, then c.": lambda *arguments: _lstm(*arguments)[::-1],
    },
    expects="the new h and the new c, a tuple",
)
gru_step = Checker(
    "gru_step",
    lambda x, h, W_ih, W_hh, b_ih, b_hh: ops.gru.rule(x[None, None], h[None], W_ih, W_hh, b_ih, b_hh)[0][0, 0],
    partial(_steps, gates=3, states=1),
    slips={
        "Here z keeps the old state: h' = (1 - z) n + z h.": partial(_gru_slip, swap=True),
        "The gate r meets the product W h + b, not h itself.": partial(_gru_slip, early=True),
        "The gate r meets the state's part only, not the input's.": partial(_gru_slip, both=True),
        "The rows come in the order r, z, n.": partial(_gru_slip, order=True),
        "The gate r meets the state's bias, too: r * (W h + b_hh).": partial(_gru_slip, bias=True),
    },
    expects="the new h",
)
beam_search = Checker(
    "beam_search",
    lambda start, transition, T, k: _beam(start, transition, T, k),
    _chains,
    slips={
        "Compare whole prefixes: the sum of all their log-probabilities, not the last one.": partial(_beam, last=True),
        "That is greedy search: keep k prefixes.": lambda start, transition, T, k: _beam(start, transition, T, 1),
        "That keeps everything: cut to the k best after each step.":
            lambda start, transition, T, k: _beam(start, transition, T, 10**6),
        "transition[u, v] is for v after u: the letter before chooses the row.":
            lambda start, transition, T, k: _beam(start, transition.T, T, k),
        "Those are the worst prefixes: log-probabilities are negative, the largest are the best.":
            partial(_beam, sign=1.0),
    },
    expects="the best sequence that is left, a list of T integers",
)  # fmt: skip
best_path = Checker(
    "best_path",
    _best,
    lambda rng: ((start, transition, T) for start, transition, T, _ in _chains(rng)),
    slips={
        "That is greedy search; keep the best score for every last letter.":
            lambda start, transition, T: _beam(start, transition, T, 1),
        "Remember which letter came before, and walk back from the best end.":
            lambda start, transition, T: _best_ends(start, transition, T)[-1:] * T,
        "The best ends of the prefixes do not make one path: remember the letter before, and walk back.": _best_ends,
        "Walking back finds the last letter first: turn the list round.":
            lambda start, transition, T: _best(start, transition, T)[::-1],
        "transition[u, v] is for v after u: maximise over the rows, u.":
            lambda start, transition, T: _best(start, transition.T, T),
    },
    expects="the most probable sequence, a list of T integers",
)  # fmt: skip
