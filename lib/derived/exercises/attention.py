"""Checkers: ``soft_lookup``, ``causal_attention``, ``attention_pull``, ``split_heads``, ``streamed``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from scipy.special import softmax

from derived import ops
from derived.exercises.checker import Checker

__all__ = ["attention_pull", "causal_attention", "soft_lookup", "split_heads", "streamed"]


_softmax = partial(softmax, axis=-1)


def _arrays(rng: np.random.Generator, k: int, *, square: bool = False) -> tuple[np.ndarray, ...]:
    """Q (L, d), K (S, d), V (S, n); all sizes 1 in case 0."""
    L, S, d, n = (1, 1, 1, 1) if k == 0 else rng.integers(2, 6, 4).tolist()
    L = S if square else L
    return rng.standard_normal((L, d)), rng.standard_normal((S, d)), rng.standard_normal((S, n))


# --- a lookup -------------------------------------------------------------------------------------------------------


def _lookups(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        Q, K, V = _arrays(rng, k)
        yield Q[0] * (5000 if k % 6 == 5 else 1), K, V


def _unshifted(q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        e = np.exp(K @ q / np.sqrt(len(q)))
        return e / e.sum() @ V


def _unnormalised(q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    scores = K @ q / np.sqrt(len(q))
    return np.exp(scores - scores.max()) @ V


soft_lookup = Checker(
    "soft_lookup",
    lambda q, K, V: ops.scaled_dot_product_attention.rule(q[None], K, V)[0][0],
    _lookups,
    slips={
        "Divide the scores by the root of d before the softmax.": lambda q, K, V: _softmax(K @ q) @ V,
        "Divide by the root of d, not by d.": lambda q, K, V: _softmax(K @ q / len(q)) @ V,
        "d is the length of the keys, not their number.": lambda q, K, V: _softmax(K @ q / np.sqrt(len(K))) @ V,
        "Weights have to sum to 1: take the softmax of the scores.": lambda q, K, V: K @ q / np.sqrt(len(q)) @ V,
        "Large scores overflow: subtract their maximum before the exponential.": _unshifted,
        "The exponentials do not sum to 1 yet: divide by their sum.": _unnormalised,
        "Average the values, not the keys.": lambda q, K, V: _softmax(K @ q / np.sqrt(len(q))) @ K,
    },
    expects="the output (n,) for a query q (d,), keys K (S, d) and values V (S, n)",
)  # fmt: skip


# --- a causal mask --------------------------------------------------------------------------------------------------


def _causal_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    return ops.scaled_dot_product_attention.rule(Q, K, V, is_causal=True)[0]


def _masked(Q: np.ndarray, K: np.ndarray, V: np.ndarray, *, keep: Callable, after: bool = False,
            again: bool = False) -> np.ndarray:  # fmt: skip
    S, allowed = Q @ K.T / np.sqrt(Q.shape[1]), keep(np.ones((len(Q), len(K)), bool))
    if not after:
        with np.errstate(invalid="ignore"):
            return _softmax(np.where(allowed, S, 0 if again else -np.inf)) @ V
    return (_softmax(S) * allowed) @ V


causal_attention = Checker(
    "causal_attention", _causal_attention, lambda rng: (_arrays(rng, k, square=True) for k in range(24)),
    slips={
        "A weight that is set to 0 after the softmax leaves the others too small: mask the scores.":
            partial(_masked, keep=np.tril, after=True),
        "A score of 0 has the weight of any other score: what is forbidden gets −∞.":
            partial(_masked, keep=np.tril, again=True),
        "That is the other triangle: query i may see the keys j ≤ i.": partial(_masked, keep=np.triu),
        "A query may see its own position, too.": partial(_masked, keep=lambda a: np.tril(a, -1)),
        "The future is still there: a mask is missing.": partial(_masked, keep=lambda a: a),
        "Divide the scores by the root of d, the length of the keys.": lambda Q, K, V: _causal_attention(
            Q * np.sqrt(Q.shape[1]), K, V
        ),
    },
    expects="the outputs (L, n) for Q (L, d), K (L, d) and V (L, n), where query i sees the keys 1, …, i",
)  # fmt: skip


# --- the pullback ---------------------------------------------------------------------------------------------------


def _pulls(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        Q, K, V = _arrays(rng, k)
        yield rng.standard_normal((len(Q), V.shape[1])), Q, K, V


def _attention_pull(G: np.ndarray, Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> tuple:
    _, pull_q, pull_k, pull_v, _ = ops.scaled_dot_product_attention.rule(Q, K, V)
    return pull_q(G), pull_k(G), pull_v(G)


def _pull_slip(G: np.ndarray, Q: np.ndarray, K: np.ndarray, V: np.ndarray, *, form: str) -> tuple:
    beta = 1 / np.sqrt(Q.shape[1])
    A = _softmax(beta * Q @ K.T)
    A_bar = G @ V.T
    mean = {"jacobian": 0, "column": (A_bar * A).sum(axis=0)}.get(form, (A_bar * A).sum(axis=1, keepdims=True))
    S_bar = (A_bar - mean) if form == "weights" else A * (A_bar - mean)
    factor = 1 if form == "scale" else beta
    return factor * S_bar @ K, factor * S_bar.T @ Q, (S_bar if form == "values" else A).T @ G


attention_pull = Checker(
    "attention_pull", _attention_pull, _pulls,
    slips={
        "The factor 1/√d stands between Q and the scores: it comes back in the gradients of Q and K.":
            partial(_pull_slip, form="scale"),
        "The softmax couples the weights of a row: subtract the row sum of Ā ⊙ A.":
            partial(_pull_slip, form="jacobian"),
        "The sums go over the keys of one query, along the rows.": partial(_pull_slip, form="column"),
        "Each entry of Ā − rowsum is multiplied by its weight.": partial(_pull_slip, form="weights"),
        "V is multiplied by the weights A, so its gradient is AᵀG.": partial(_pull_slip, form="values"),
    },
    expects="the gradients with respect to Q (L, d), K (S, d) and V (S, n), if G (L, n) is the one of the outputs",
)  # fmt: skip


# --- heads ----------------------------------------------------------------------------------------------------------


def _features(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        L, m, d = (1, 1, 1) if k == 0 else rng.integers(2, 6, 3).tolist()
        yield rng.standard_normal((L, m * d)), m


split_heads = Checker(
    "split_heads", lambda X, m: np.array(np.split(X, m, axis=1)), _features,
    slips={
        "A reshape alone mixes positions: first (L, m, D/m), then exchange the first two axes.":
            lambda X, m: X.reshape(m, len(X), -1),
        "Head r has the features r D/m, …, (r + 1) D/m − 1, a block, not every m-th.":
            lambda X, m: np.array([X[:, r::m] for r in range(m)]),
        "The heads come first: exchange the first two axes.": lambda X, m: X.reshape(len(X), m, -1),
    },
    expects="an array (m, L, D/m) for X (L, D) and the number m of heads",
)  # fmt: skip


# --- one block of keys after the other ------------------------------------------------------------------------------


def _blocks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        Q, K, V = _arrays(rng, k)
        yield Q * (300 if k % 6 == 5 else 2), K, V, int(rng.integers(1, 4))


def _stream(Q: np.ndarray, K: np.ndarray, V: np.ndarray, block: int, *, form: str) -> np.ndarray:
    top, total, out = np.full((len(Q), 1), -np.inf), 0.0, 0.0
    parts = []
    with np.errstate(all="ignore"):
        for j in range(0, len(K), block):
            S = Q @ K[j : j + block].T / np.sqrt(Q.shape[1])
            new = np.maximum(top, S.max(axis=1, keepdims=True))
            old = 1 if form == "rescale" else np.exp(top - new)
            e = np.exp(S if form == "overflow" else S - new)
            old = 1 if form == "overflow" else old
            total, out, top = total * old + e.sum(axis=1, keepdims=True), out * old + e @ V[j : j + block], new
            parts.append(e @ V[j : j + block] / e.sum(axis=1, keepdims=True))
        return np.mean(parts, axis=0) if form == "mean" else out / total


streamed = Checker(
    "streamed",
    lambda Q, K, V, block: ops.scaled_dot_product_attention.rule(Q, K, V)[0],
    _blocks,
    slips={
        "When the maximum rises, what was summed so far has to be multiplied by e^(old − new).":
            partial(_stream, form="rescale"),
        "The blocks do not weigh the same: add numerators and denominators, divide at the end.":
            partial(_stream, form="mean"),
        "Large scores overflow: carry the largest score so far, and subtract it.": partial(_stream, form="overflow"),
    },
    expects="the outputs (L, n) of attention, from blocks of at most `block` keys and values",
)  # fmt: skip
