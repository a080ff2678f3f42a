"""The matrix products of a step, without anything around them: how near a step comes to what BLAS allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Product:
    """``times`` products of (rows, inner) and (inner, columns) matrices, or of ``stack`` of them in one call.

    ``form`` says how the factors lie in memory: "nn" as written, "nt" the second one transposed, "tn" the first one.
    """

    rows: int
    inner: int
    columns: int
    form: str = "nn"
    times: int = 1
    stack: int = 1

    def factors(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Random factors in float32, transposed views where the form says so."""
        shapes = (self.rows, self.inner), (self.inner, self.columns)
        made = []
        for shape, letter in zip(shapes, self.form, strict=True):
            shape = shape if letter == "n" else shape[::-1]
            array = rng.standard_normal((self.stack, *shape) if self.stack > 1 else shape, dtype=np.float32)
            made.append(array if letter == "n" else np.swapaxes(array, -1, -2))
        return made[0], made[1]

    def in_numpy(self, rng: np.random.Generator) -> Callable[[], object]:
        """The product, into an array that exists already."""
        A, B = self.factors(rng)
        C = A @ B
        return lambda: np.matmul(A, B, out=C)

    def in_torch(self, rng: np.random.Generator) -> Callable[[], object]:
        """The same in PyTorch."""
        import torch

        A, B = map(torch.from_numpy, self.factors(rng))
        C = A @ B
        return lambda: torch.matmul(A, B, out=C)

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        return 2 * self.rows * self.inner * self.columns * self.times * self.stack


@dataclass(frozen=True)
class SparseProduct:
    """The product of a sparse matrix, in SciPy, and a dense one of so many columns."""

    matrix: sparse.sparray
    columns: int
    times: int = 1

    def in_numpy(self, rng: np.random.Generator) -> Callable[[], object]:
        """The product, with the checks that SciPy makes."""
        A, X = self.matrix, rng.standard_normal((self.matrix.shape[1], self.columns), dtype=np.float32)
        return lambda: A @ X

    def in_torch(self, rng: np.random.Generator) -> Callable[[], object]:
        """The same in PyTorch, by coordinates."""
        import torch

        A, X = self.matrix.tocoo(), torch.tensor(rng.standard_normal((self.matrix.shape[1], self.columns), np.float32))
        indices = torch.tensor(np.stack([A.row, A.col]), dtype=torch.int64)
        B = torch.sparse_coo_tensor(indices, torch.tensor(A.data), A.shape, check_invariants=True).coalesce()
        return lambda: torch.sparse.mm(B, X)

    @property
    def flops(self) -> int:
        """Multiplications and additions of the entries that are stored."""
        return 2 * self.matrix.nnz * self.columns * self.times


def linear(batch: int, inputs: int, outputs: int, first: bool = False, times: int = 1) -> list[Product]:
    """An affine layer: forward, gradient of the weight and, unless it is the first layer, of the input."""
    products = [Product(batch, inputs, outputs, "nt", times), Product(outputs, batch, inputs, "tn", times)]
    return products if first else [*products, Product(batch, outputs, inputs, "nn", times)]


def convolution(N: int, C: int, outputs: int, places: int, kernel: int, first: bool = False) -> list[Product]:
    """A convolution with the windows of all images as columns: forward, gradient of the weight and of the windows."""
    K, P = C * kernel * kernel, N * places
    products = [Product(outputs, K, P), Product(K, P, outputs, "nt")]
    return products if first else [*products, Product(K, outputs, P, "tn")]


def recurrent(T: int, N: int, H: int, gates: int) -> list[Product]:
    """A gated layer: a product a step in each direction, and one over all steps for the inputs and each weight."""
    return [Product(N, H, gates * H, "nn", T), Product(N, gates * H, H, "nn", T),
            *linear(T * N, H, gates * H), Product(gates * H, T * N, H, "tn")]  # fmt: skip


def attention(stack: int, L: int, d: int) -> list[Product]:
    """Scores and mixtures of ``stack`` heads, forward and the two gradients of each."""
    return [Product(L, d, L, "nt", stack=stack), Product(L, L, d, "tn", stack=stack),
            Product(L, d, L, "nt", stack=stack), Product(L, L, d, "nn", stack=stack, times=2),
            Product(L, L, d, "tn", stack=stack)]  # fmt: skip


def transformer_block(N: int, L: int, D: int, heads: int, hidden: int) -> list[Product]:
    """Projections, attention and the network of one block."""
    tokens = N * L
    return [*linear(tokens, D, D, times=4), *attention(N * heads, L, D // heads),
            *linear(tokens, D, hidden), *linear(tokens, hidden, D)]  # fmt: skip


def of_layers(layers: Sequence[tuple], shape: tuple[int, ...]) -> list[Product]:
    """Those of a network (:func:`benchmarks.networks.layers`) for a batch of this shape."""
    products: list[Product] = []
    for kind, *rest in layers:
        if kind == "linear":
            outputs, inputs = rest[0].shape
            products += linear(shape[0], inputs, outputs, first=not products)
            shape = (shape[0], outputs)
        elif kind == "conv2d":
            (outputs, inputs, k, _), padding = rest[0].shape, rest[2]
            size = shape[2] + 2 * padding - k + 1
            products += convolution(shape[0], inputs, outputs, size * size, k, first=not products)
            shape = (shape[0], outputs, size, size)
        elif kind == "max_pool2d":
            shape = (*shape[:2], shape[2] // rest[0], shape[3] // rest[0])
    return products


def graph(Q: sparse.sparray, *columns: int) -> list[SparseProduct]:
    """Mixing by a sparse matrix, forward and backward, in layers of so many columns."""
    return [SparseProduct(A, d) for d in columns for A in (Q, Q.T)]


def in_numpy(products: Sequence[Product | SparseProduct]) -> Callable[[], None]:
    """A function that does them all in NumPy and SciPy."""
    rng = np.random.default_rng(0)
    return _one_after_the_other([(p.times, p.in_numpy(rng)) for p in products])


def in_torch(products: Sequence[Product | SparseProduct]) -> Callable[[], None]:
    """The same in PyTorch."""
    rng = np.random.default_rng(0)
    return _one_after_the_other([(p.times, p.in_torch(rng)) for p in products])


def _one_after_the_other(work: Sequence[tuple[int, Callable[[], object]]]) -> Callable[[], None]:
    def bare() -> None:
        for times, product in work:
            for _ in range(times):
                product()

    return bare
