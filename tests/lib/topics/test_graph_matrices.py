"""Adjacency matrices and their normalisations, beside SciPy's and scikit-learn's."""

import numpy as np
import pytest
from beside_torch import close, rng
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.neighbors import NearestNeighbors

from derived.topics import graph_matrices as gm


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_normalised_matrices_are_scipys(n):
    A = gm.random_graph(n, 0.5, rng(n))
    alone = A.sum(axis=1) == 0  # SciPy gives a node without edges the entry 0, L = I - S the entry 1
    close(gm.laplacian(A) - np.diag(alone), csgraph.laplacian(A, normed=True))
    for i, j in np.ndindex(n, n):
        expected = (A[i, j] + (i == j)) / np.sqrt((1 + A[i].sum()) * (1 + A[j].sum()))
        assert gm.renormalized(A)[i, j] == pytest.approx(expected)
        d = np.sqrt(A[i].sum() * A[j].sum())
        assert gm.normalized(A)[i, j] == pytest.approx(A[i, j] / d if d else 0)


def test_sparse_equals_dense():
    A = gm.random_graph(8, 0.3, rng())
    S = sparse.csr_array(A)
    for function in (gm.normalized, gm.renormalized, gm.laplacian):
        assert sparse.issparse(function(S))
        close(function(S).toarray(), function(A))
    close(gm.degrees(S), A.sum(axis=1))


def test_named_graphs():
    close(gm.path(3), np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], float))
    close(gm.path(1), np.zeros((1, 1)))
    assert gm.degrees(gm.cycle(5)).tolist() == [2] * 5
    assert gm.degrees(gm.complete(4)).tolist() == [3] * 4
    A = gm.grid(3, 4)
    assert A.sum() == 2 * (3 * 3 + 2 * 4) and A[0, 1] == A[0, 4] == 1 and A[3, 4] == 0
    assert gm.from_edges(3, [(0, 2), (2, 0)]).sum() == 2


def test_random_graphs():
    for seed in range(20):
        A = gm.random_graph(9, 0.1, rng(seed), connected=True)
        assert csgraph.connected_components(A)[0] == 1 and not np.diag(A).any()
        close(A, A.T)
    assert gm.random_graph(60, 0.3, rng()).sum() / (60 * 59) == pytest.approx(0.3, abs=0.04)


def test_neighbours_by_sorting():
    X = rng().standard_normal((30, 3))
    A = gm.knn_graph(X, 4).toarray()
    near = NearestNeighbors(n_neighbors=4, algorithm="kd_tree").fit(X).kneighbors(return_distance=False)
    expected = np.zeros((30, 30))
    for i, row in enumerate(near):
        expected[i, row] = expected[row, i] = 1
    close(A, expected)


def test_blocks_reach_as_far_as_the_layers():
    A = gm.path(9)
    Q = sparse.csr_array(gm.renormalized(A))
    inputs, matrices = gm.blocks(Q, [4], 2)
    assert inputs.tolist() == [2, 3, 4, 5, 6] and [m.shape for m in matrices] == [(3, 5), (1, 3)]
    close((matrices[1] @ matrices[0]).toarray()[0], (Q @ Q).toarray()[4, 2:7])


def test_bad_arguments_are_named():
    for A, message in [(np.ones((2, 3)), "expected a square"), (-gm.path(3), "negative entry -1.0"),
                       (np.triu(np.ones((3, 3))), "not symmetric")]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            gm.renormalized(A)
        with pytest.raises(ValueError, match=message):
            gm.renormalized(sparse.csr_array(A))
    with pytest.raises(ValueError, match="n is 2, expected at least 3"):
        gm.cycle(2)
    with pytest.raises(ValueError, match="k is 5, expected from 1 to 4"):
        gm.knn_graph(np.eye(5), 5)
    with pytest.raises(ValueError, match=r"an edge is \(1, 1\)"):
        gm.from_edges(3, [(1, 1)])
