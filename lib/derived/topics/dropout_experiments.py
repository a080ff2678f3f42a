"""The runs of the chapter on dropout: frozen masks, removed units, wrong labels, dropout on few inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn, ops, optim
from derived.arguments import one_of, require
from derived.data import Batches, wrong_labels
from derived.topics.ensembles import geometric_mean, negative_log_likelihood, train_members
from derived.topics.subnetworks import (
    FrozenDropout,
    all_masks,
    leave_one_out,
    mask_probabilities,
    masked_logits,
    softmax,
)
from derived.training import accuracy, fit

__all__ = ["MASKS", "ablation", "frozen_run", "input_dropout_net", "noisy_runs", "three_answers"]

MASKS = ("no dropout", "fresh", "frozen, one a row", "frozen, one for all")
Examples = tuple[np.ndarray, np.ndarray]


def frozen_run(masks: str, train: Examples, test: Examples, seed: int, *, p: float = 0.8, width: int = 128,
               epochs: int = 30) -> tuple[np.ndarray, float]:  # fmt: skip
    """Train one hidden layer with masks of a kind in ``MASKS``, frozen ones being a bug.

    Returns
    -------
    moved (width,) : how far the incoming weights of each hidden unit have moved; 0 for a unit that was never trained.
    accuracy : on `test`.
    """
    one_of("frozen_run", "masks", masks, MASKS)
    rng = np.random.default_rng(seed)
    layer = {"no dropout": nn.Identity(), "fresh": nn.Dropout(p, rng=rng.spawn(1)[0]),
             "frozen, one a row": FrozenDropout(p, seed),
             "frozen, one for all": FrozenDropout(p, seed, rows=False)}[masks]  # fmt: skip
    X, y = train
    net = nn.Sequential(nn.Linear(X.shape[1], width, rng=rng, init="he_normal"), nn.ReLU(), layer,
                        nn.Linear(width, int(y.max()) + 1, rng=rng, init="he_normal"))  # fmt: skip
    start = net[0].weight.data.copy()
    fit(net, ops.cross_entropy, optim.Adam(net.parameters(), lr=3e-3), Batches(X, y, 50, rng), epochs, progress=False)
    return np.linalg.norm(net[0].weight.data - start, axis=1), accuracy(net, *test)


def ablation(net: nn.Sequential, X: np.ndarray, y: np.ndarray, shares: Sequence[float], rng: np.random.Generator,
             draws: int = 10) -> tuple[float, np.ndarray]:  # fmt: skip
    """What a trained network loses without some units of its last hidden layer.

    Parameters
    ----------
    net : network whose last module is a linear layer.
    X, y : examples.
    shares : parts of the units that are kept.
    rng, draws : how the kept units are chosen, and how often for each share.

    Returns
    -------
    added : mean over the units of what the mean loss grows by when that unit alone is removed.
    accuracies (len(shares),) : mean over the draws.
    """
    with_units, head = nn.Sequential(*net.layers[:-1]).eval(), net[-1]
    a = with_units(X).data
    n = a.shape[1]

    def loss(masks: np.ndarray) -> float:
        return float(negative_log_likelihood(softmax(masked_logits(head, a, masks)), y).mean())

    added = loss(leave_one_out(n)) - loss(np.ones((1, n), dtype=bool))
    kept = [np.array([rng.permutation(n) < round(share * n) for _ in range(draws)]) for share in shares]
    return added, np.array([np.mean(masked_logits(head, a, masks).argmax(axis=2) == y) for masks in kept])


def noisy_runs(X: np.ndarray, y: np.ndarray, test: Examples, seeds: Sequence[int], p: float, *, examples: int = 600,
               held: int = 300, share: float = 0.2, epochs: int = 30, lr: float = 5e-3,
               parts: Sequence[str] = ("train", "held", "test")) -> dict[str, np.ndarray]:  # fmt: skip
    """Train two hidden layers of 128 units with dropout p on examples of which a share has wrong labels.

    Parameters
    ----------
    X, y, test : the pool from which examples are drawn, with right labels, and the test examples.
    seeds : R of them, each of a choice of examples, the wrong labels, initial weights and batches. The masks of all
        networks come from the source of the first.
    examples, held : how many are trained on, and how many others, labelled as badly, are held out.
    parts : what is measured after each epoch: train and held on the labels as given, test on the right ones.

    Returns
    -------
    For each of the parts the accuracies (R, epochs).
    """
    draws, classes = [np.random.default_rng(2000 + seed) for seed in seeds], int(y.max()) + 1
    some = [draw.permutation(len(X))[: examples + held] for draw in draws]
    labels = np.array([wrong_labels(y[i], share, classes, draw) for i, draw in zip(some, draws, strict=True)])
    sets = {"train": (X[some][:, :examples], labels[:, :examples]),
            "held": (X[some][:, examples:], labels[:, examples:]),
            "test": ([test[0]] * len(seeds), [test[1]] * len(seeds))}  # fmt: skip
    found = {part: [] for part in parts}

    def measure(nets: Sequence[nn.MLP]) -> None:
        for part in parts:
            found[part].append([accuracy(*one) for one in zip(nets, *sets[part], strict=True)])

    train_members([X.shape[1], 128, 128, classes], *sets["train"], seeds, epochs=epochs, lr=lr, batch_size=100,
                  dropout=p, after_epoch=measure)  # fmt: skip
    return {part: np.array(values).T for part, values in found.items()}


def input_dropout_net(kind: str, X: np.ndarray, y: np.ndarray, seed: int, p: float = 0.3) -> nn.Sequential:
    """A small classifier with dropout on its inputs only, trained; in evaluation mode.

    `kind` is ``"no hidden layer"``, ``"maxout"`` (16 units of two pieces) or an activation (16 units). float64.
    """
    rng, d, classes = np.random.default_rng(seed), X.shape[1], int(y.max()) + 1
    if kind == "no hidden layer":
        body = [nn.Linear(d, classes, rng=rng, dtype=np.float64)]
    else:
        pieces, unit = (2, nn.Maxout(2)) if kind == "maxout" else (1, nn.activation(kind))
        body = [nn.Linear(d, 16 * pieces, rng=rng, init="he_normal", dtype=np.float64), unit,
                nn.Linear(16, classes, rng=rng, dtype=np.float64)]  # fmt: skip
    net = nn.Sequential(nn.Dropout(p, rng=rng), *body)
    fit(net, ops.cross_entropy, optim.Adam(net.parameters(), lr=1e-2), Batches(X, y, 64, rng), 20, progress=False)
    return net.eval()


def three_answers(net: nn.Sequential, X: np.ndarray) -> tuple[np.ndarray, ...]:
    r"""All subnetworks of a network whose first module is dropout on n inputs, and three means of their answers.

    Returns
    -------
    P (2^n, N, M), pi (2^n,) : the subnetworks' probabilities, and those of their masks.
    mixture, geometric, rescaled : (N, M) each; the last is the network itself in evaluation.
    """
    require(isinstance(net[0], nn.Dropout), "three_answers: the first module is {}, expected Dropout", net[0])
    masks, q = all_masks(X.shape[1]), 1 - net[0].p
    P = softmax(masked_logits(net[1:], X, masks, 1 / q))
    pi = mask_probabilities(masks, q)
    return P, pi, np.tensordot(pi, P, axes=1), geometric_mean(P, pi), softmax(net[1:](X).data)
