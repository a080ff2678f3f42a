"""Sparse matrix times features, beside PyTorch's and SciPy's dense product."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from derived.ops.sparse import spmm
from derived.tensor import Tensor


def matrix(m, n, seed=0, density=0.4):
    return sparse.random_array((m, n), density=density, rng=rng(seed), format="csr")


@settings(max_examples=20)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.sampled_from(["csr", "csc", "coo"]))
def test_every_shape_and_format(m, n, d, form):
    A = matrix(m, n, m + 7 * n).asformat(form)
    dense = torch.tensor(A.toarray())
    agree(lambda X: spmm(A, X), lambda X: dense.to(X.dtype) @ X, normal(n, d))


def test_beside_torch_sparse():
    A = matrix(5, 4)
    theirs = torch.sparse.mm(torch.tensor(A.toarray()).to_sparse_coo(), torch.tensor(normal(4, 3)))
    close(spmm(A, normal(4, 3)).data, theirs)


@pytest.mark.parametrize("form", ["csr", "coo"])
def test_bias(form):
    A = matrix(4, 5)
    dense = torch.tensor(A.toarray())
    agree(lambda X, b: spmm(A.asformat(form), X, b), lambda X, b: dense.to(X.dtype) @ X + b, normal(5, 3), normal(3))


def test_integer_weights_and_the_older_matrix_class():
    A = sparse.csr_matrix(np.array([[0, 1], [2, 0]]))
    X = normal(2, 3).astype(np.float32)
    Y = spmm(A, Tensor(X, requires_grad=True))
    assert Y.dtype == np.float32
    close(Y.data, A.toarray() @ X, 1e-6)


def test_an_empty_matrix():
    X = Tensor(normal(3, 2), requires_grad=True)
    spmm(sparse.csr_array((4, 3)), X).backward(np.ones((4, 2)))
    close(X.grad, np.zeros((3, 2)))


def test_mutants():
    A = matrix(4, 5)
    mutants_fail(lambda X: spmm(A, X), normal(5, 3))


def test_forgetting_to_transpose_is_caught():
    A, X, g = matrix(4, 4), normal(4, 2), normal(4, 2, seed=1)
    t = torch.tensor(X, requires_grad=True)
    (torch.tensor(A.toarray()) @ t).backward(torch.tensor(g))
    close(spmm.rule(A, X)[2](g), t.grad)
    with pytest.raises(AssertionError):
        close(A @ g, t.grad)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="mat1 is a ndarray, expected a matrix of scipy.sparse"):
        spmm(np.eye(3), normal(3, 2))
    with pytest.raises(ValueError, match=r"shapes of mat1 and mat2 are \(4, 5\) and \(4, 2\)"):
        spmm(matrix(4, 5), normal(4, 2))
    with pytest.raises(ValueError, match="expected"):
        spmm(matrix(4, 5), normal(5))
    with pytest.raises(ValueError, match=r"bias has shape \(4,\), expected \(3,\)"):
        spmm(matrix(4, 5), normal(5, 3), normal(4))


def test_integer_features_leave_the_weights_whole():
    A = sparse.csr_array(np.array([[0.0, 0.5], [0.3, 0.0]]))
    np.testing.assert_allclose(spmm(A, np.array([[2, 4], [4, 2]])).data, [[2.0, 1.0], [0.6, 1.2]])
