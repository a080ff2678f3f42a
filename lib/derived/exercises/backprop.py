"""Checkers of the chapter on backpropagation; their slips are the mistakes that circulate."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from derived import ops
from derived.exercises.checker import Checker
from derived.tensor import vjp
from derived.topics import product_order

__all__ = ["cases_two_layer", "node_gradients", "product_counts", "pull_scale", "two_layer"]

Arrays = tuple[np.ndarray, ...]


# --- gradients of a network with one hidden layer -------------------------------------------------------------------


def two_layer_reference(X: np.ndarray, y: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray,
                        l2: float) -> Arrays:  # fmt: skip
    """Gradients of the mean cross-entropy of ``tanh(X W1' + b1) W2' + b2`` plus l2/2 (|W1|² + |W2|²), by the tape."""

    def objective(W1, b1, W2, b2):
        logits = ops.linear(ops.tanh(ops.linear(X, W1, b1)), W2, b2)
        return ops.cross_entropy(logits, y) + 0.5 * l2 * ((W1 * W1).sum() + (W2 * W2).sum())

    _, pull = vjp(objective, W1, b1, W2, b2)
    return pull(np.float64(1))


def _twice_softmax_error(S, Y):
    g = (S - Y) / len(S)
    return S * (g - np.sum(S * g, axis=1, keepdims=True))


def _first_example_error(S, Y):
    """The softmax Jacobian of the first example times the gradient averaged over the batch, for every example."""
    jacobian = np.diag(S[0]) - np.outer(S[0], S[0])
    return np.tile(jacobian @ np.mean(-Y / S, axis=0), (len(S), 1)) / len(S)


def _by_hand(X, y, W1, b1, W2, b2, l2, *, error=lambda S, Y: (S - Y) / len(S), slope=lambda Z: 1 - np.tanh(Z) ** 2,
             back=lambda g, W: g @ W, bias=lambda g: g.sum(axis=0), decay=1.0):  # fmt: skip
    """The gradients written out; the keywords replace one line each, to make the slips."""
    Z1 = X @ W1.T + b1
    H = np.tanh(Z1)
    S = ops.softmax.rule(H @ W2.T + b2)[0]
    Z2_bar = error(S, np.eye(W2.shape[0], dtype=S.dtype)[y])
    Z1_bar = back(Z2_bar, W2) * slope(Z1)
    return Z1_bar.T @ X + decay * l2 * W1, bias(Z1_bar), Z2_bar.T @ H + decay * l2 * W2, bias(Z2_bar)


def cases_two_layer(rng: np.random.Generator, count: int = 24) -> Iterator[tuple]:
    """Random batches and weights; sizes of one among them, every third with as many hidden units as classes."""
    for k in range(count):
        N, d, m, C = 1 + k % 6, int(rng.integers(1, 5)), int(rng.integers(1, 6)), int(rng.integers(2, 5))
        m = C if k % 3 == 0 else m
        arrays = [rng.standard_normal(shape) for shape in ((m, d), (m,), (C, m), (C,))]
        yield rng.standard_normal((N, d)), rng.integers(0, C, N), *arrays, float(rng.choice([0.0, 0.3]))


two_layer = Checker(
    "two_layer",
    two_layer_reference,
    cases_two_layer,
    slips={
        "You sum over the batch; the objective is a mean.": partial(_by_hand, error=lambda S, Y: S - Y),
        "The 1/N comes in twice: once is in the error of the output already.":
            partial(_by_hand, error=lambda S, Y: (S - Y) / len(S) ** 2),
        "softmax(z) - y already contains the Jacobian of the softmax.": partial(_by_hand, error=_twice_softmax_error),
        "Each example has its own softmax Jacobian, you use that of the first.":
            partial(_by_hand, error=_first_example_error),
        "Going back multiplies by W2 (rows) or its transpose (columns); yours is the other way round.":
            partial(_by_hand, back=lambda g, W: g @ W.T),
        "The slope of the activation is taken at the pre-activation Z1, not at the activation H.":
            partial(_by_hand, slope=lambda Z: 1 - np.tanh(np.tanh(Z)) ** 2),
        "The slope of the activation is missing.": partial(_by_hand, slope=np.ones_like),
        "A bias acts on its own unit only: do not add up the error terms of all units.":
            partial(_by_hand, bias=lambda g: np.full(g.shape[1], g.sum())),
        "The objective contains l2, your gradient does not.": partial(_by_hand, decay=0.0),
        "The term l2/2 |W|² has the derivative l2 W, not l2/2 W.": partial(_by_hand, decay=0.5),
    },
    expects="X (N, d), y (N,) classes, W1 (m, d), b1 (m,), W2 (C, m), b2 (C,), l2; returns their gradients "
    "(W1, b1, W2, b2) of the mean cross-entropy plus l2/2 (|W1|² + |W2|²), tanh in the hidden layer",
)  # fmt: skip


# --- a toy tape -----------------------------------------------------------------------------------------------------


def node_gradients_reference(parents: Sequence[Sequence[int]], slopes: Sequence[Sequence[float]]) -> np.ndarray:
    r"""Solve :math:`g = e_n + S^\top g`, where :math:`S_{ki}` is the derivative of node k in its parent i."""
    n = len(parents)
    S = np.zeros((n, n))
    for k in range(n):
        for i, slope in zip(parents[k], slopes[k], strict=True):
            S[k, i] += slope
    return np.linalg.solve(np.eye(n) - S.T, np.eye(n)[-1])


def _sweep(parents, slopes, *, add=True, newest_first=True, seed=1.0):
    g = np.zeros(len(parents))
    g[-1] = seed
    order = range(len(parents))
    for k in reversed(order) if newest_first else order:
        for i, slope in zip(parents[k], slopes[k], strict=True):
            g[i] = g[i] + slope * g[k] if add else slope * g[k]
    return g


def _depth_first(parents, slopes):
    """Passes on what a node has as soon as it is reached, and each node once."""
    g, seen, stack = np.zeros(len(parents)), set(), [len(parents) - 1]
    g[-1] = 1
    while stack:
        k = stack.pop()
        if k in seen:
            continue
        seen.add(k)
        for i, slope in zip(parents[k], slopes[k], strict=True):
            g[i] += slope * g[k]
            stack.append(i)
    return g


def _cases_graphs(rng: np.random.Generator) -> Iterator[tuple]:
    yield [()], [()]
    yield [(), (0, 0)], [(), (3.0, 3.0)]
    yield [(), (0,), (1, 0)], [(), (2.0,), (5.0, 7.0)]
    for _ in range(21):
        n = int(rng.integers(2, 9))
        parents = [tuple(int(i) for i in rng.integers(0, k, rng.integers(1, 4))) if k else () for k in range(n)]
        yield parents, [tuple(rng.uniform(0.5, 2, len(p))) for p in parents]


node_gradients = Checker(
    "node_gradients",
    node_gradients_reference,
    _cases_graphs,
    slips={
        "A node that is used several times gets the sum of what comes back; you keep only the last.":
            partial(_sweep, add=False),
        "Go from the newest node to the oldest: a node must have everything before it passes on.":
            partial(_sweep, newest_first=False),
        "Nothing comes back: the derivative of the last node in itself is 1.": partial(_sweep, seed=0.0),
        "Depth first is no topological order: a node passes on before all has arrived.": _depth_first,
    },
    expects="parents[k]: indices below k, perhaps repeated, of the nodes that node k is computed from; slopes[k]: its "
    "derivatives in them; returns the derivatives of the last node in every node, shape (n,)",
)  # fmt: skip


# --- a pullback, and the order of products --------------------------------------------------------------------------


def pull_scale_reference(g: np.ndarray, X: np.ndarray, gamma: np.ndarray) -> Arrays:
    """Pullbacks of ``X * gamma``, by the tape."""
    _, pull = vjp(lambda X, gamma: X * gamma, X, gamma)
    return pull(g)


pull_scale = Checker(
    "pull_scale",
    pull_scale_reference,
    lambda rng: [(rng.standard_normal((N, d)), rng.standard_normal((N, d)), rng.standard_normal(d))
                 for N in (1, 2, 3, 7) for d in (1, 2, 5)] * 2,
    slips={
        "gamma acts on every row, so its gradient is a sum over the rows.": lambda g, X, gamma: (g * gamma, g * X),
        "The rows add up; nothing divides by their number.": lambda g, X, gamma: (g * gamma, (g * X).mean(axis=0)),
        "The two factors have changed places.": lambda g, X, gamma: (g * X, (g * gamma).sum(axis=0)),
        "The sum runs over the features instead of the rows.": lambda g, X, gamma: (g * gamma, (g * X).sum(axis=1)),
    },
    expects="g and X (N, d), gamma (d,); returns the gradients with respect to X and gamma of Z = X * gamma",
)  # fmt: skip


def product_counts_reference(widths: Sequence[int]) -> tuple[int, int]:
    """Multiplications of the chain of Jacobians from the loss side and from the input side."""
    shapes = product_order.chain(widths)
    orders: tuple[Callable, Callable] = (product_order.from_loss, product_order.from_input)
    counts = [product_order.multiplications(shapes, order(len(shapes))) for order in orders]
    return counts[0], counts[1]


def _counts(widths, *, last=True, wide=True):
    inner = list(zip(widths[:-1], widths[1:], strict=True))
    from_input = sum((widths[0] if wide else 1) * a * b for a, b in inner[1:]) + (widths[0] * widths[-1] if last else 0)
    return sum(a * b for a, b in inner), from_input


product_counts = Checker(
    "product_counts",
    product_counts_reference,
    lambda rng: [([int(n) for n in rng.integers(1, 9, size)],) for size in range(2, 8) for _ in range(4)],
    slips={
        "From the input side the row vector of the loss still multiplies the finished product.":
            partial(_counts, last=False),
        "From the input side each product has as many columns as there are inputs.": partial(_counts, wide=False),
        "The two numbers have changed places.": lambda widths: _counts(widths)[::-1],
    },
    expects="widths n_0, …, n_k; returns the multiplications of xi A_k … A_1 from the left and from the right",
)  # fmt: skip
