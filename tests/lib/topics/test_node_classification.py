"""Few labelled nodes: draws, training through blocks, label spreading beside scikit-learn."""

import numpy as np
import pytest
from beside_torch import close, rng
from sklearn.semi_supervised import LabelSpreading

from derived import nn
from derived.data import blobs
from derived.topics import graph_matrices as gm
from derived.topics import node_classification as nc


def points():
    draws = rng(3)
    X, y = blobs(60, draws.uniform(-8, 8, (3, 2)), rng=draws)
    return X.astype(np.float64), y


def test_draws():
    y = np.repeat([0, 1, 2], 10)
    pool = np.arange(2, 30)
    for seed in range(10):
        drawn = nc.draw_labelled(y, pool, 3, rng(seed))
        assert np.bincount(y[drawn]).tolist() == [3, 3, 3] and len(set(drawn)) == 9 and drawn.min() >= 2
    with pytest.raises(ValueError, match="per_class is 9, expected from 1 to 8"):
        nc.draw_labelled(y, pool, 9, rng())


def test_training_through_blocks_is_training_on_the_whole_graph():
    X, y = points()
    Q = gm.renormalized(gm.knn_graph(X, 4))
    labelled = nc.draw_labelled(y, np.arange(60), 2, rng())
    class Rows(nn.Module):
        def __init__(self):
            self.gcn = nn.GCN([X.shape[1], 5, int(y.max()) + 1], rng=rng(1), dtype=np.float64)

        def forward(self, X):
            return self.gcn(X, Q)[labelled]

    whole = nc.train(Rows(), X, y[labelled], steps=20)
    close(nc.gcn_predictions(X, Q, y, labelled, 1, hidden=(5,), steps=20), whole.gcn(X, Q).data.argmax(axis=1))


def test_other_labels_are_not_looked_at():
    X, y = points()
    A = gm.knn_graph(X, 4)
    labelled = nc.draw_labelled(y, np.arange(60), 2, rng())
    hidden = np.zeros_like(y)
    hidden[labelled] = y[labelled]
    for predictions in (
        lambda y: nc.gcn_predictions(X, gm.renormalized(A), y, labelled, 0, steps=5),
        lambda y: nc.mlp_predictions(X, y, labelled, 0, steps=5),
        lambda y: nc.label_spreading(gm.normalized(A), y, labelled),
    ):
        close(predictions(y), predictions(hidden))


@pytest.mark.parametrize("alpha", [0.2, 0.9])
def test_spreading_beside_scikit_learn(alpha):
    X, y = points()
    A = gm.knn_graph(X, 5)
    labelled = nc.draw_labelled(y, np.arange(60), 2, rng())
    given = np.full(60, -1)
    given[labelled] = y[labelled]
    theirs = LabelSpreading(kernel=lambda X, Y: A.toarray(), alpha=alpha, max_iter=2000, tol=1e-13).fit(X, given)
    ours = nc.label_spreading(gm.normalized(A), y, labelled, alpha=alpha, steps=2000)
    close(ours / ours.sum(axis=1, keepdims=True), theirs.label_distributions_, 1e-8)
    sets = np.stack([labelled, nc.draw_labelled(y, np.arange(60), 2, rng(1))])
    close(nc.label_spreading(gm.normalized(A), y, sets, alpha=alpha, steps=2000)[:, 0], ours)
    with pytest.raises(ValueError, match="alpha is 1"):
        nc.label_spreading(gm.normalized(A), y, labelled, alpha=1)


def test_the_mlp_learns_blobs():
    X, y = points()
    labelled = nc.draw_labelled(y, np.arange(60), 8, rng())
    assert (nc.mlp_predictions(X, y, labelled, 0, lr=0.05) == y).mean() > 0.8


def test_mlps_side_by_side_are_each_alone():
    X, y = points()
    sets = np.stack([nc.draw_labelled(y, np.arange(60), 2, rng(s)) for s in range(3)])
    together = nc.mlp_predictions(X, y, sets, range(3), steps=20)
    close(together, np.stack([nc.mlp_predictions(X, y, each, s, steps=20) for s, each in enumerate(sets)]))
    model = nn.MLP([X.shape[1], 32, int(y.max()) + 1], rng=rng(2), init="xavier_uniform", dtype=X.dtype)
    close(together[2], nc.train(model, X[sets[2]], y[sets[2]], steps=20)(X).data.argmax(axis=1))
