"""Random networks with data and loss, the cases over which statements about gradients are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from derived import nn, ops
from derived.arguments import one_of
from derived.parity.twins import torch_twin
from derived.tensor import no_grad

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu")
LOSSES = ("mse_loss", "cross_entropy", "binary_cross_entropy_with_logits")
KINK = 1e-3  # finite differences are wrong across a kink, so no pre-activation comes nearer than this


@dataclass(frozen=True)
class Case:
    """A network, a loss and a batch.

    Attributes
    ----------
    model : float64 MLP with random weights and biases.
    activation, loss_name : names in :mod:`derived.ops`, the same as PyTorch's.
    X, y : (N, n_0) inputs and targets as the loss wants them.
    """

    model: nn.MLP
    activation: str
    loss_name: str
    X: np.ndarray
    y: np.ndarray

    @property
    def loss(self) -> Callable:
        """The primitive."""
        return getattr(ops, self.loss_name)

    def value(self, *arrays: np.ndarray) -> float:
        """The objective with ``arrays`` in place of the parameters (or with the parameters, without arrays)."""
        own = [p.data for p in self.model.parameters()]
        try:
            for p, array in zip(self.model.parameters(), arrays or own, strict=True):
                p.data = array
            with no_grad():
                return self.loss(self.model(self.X), self.y).item()
        finally:
            for p, array in zip(self.model.parameters(), own, strict=True):
                p.data = array

    def torch(self) -> SimpleNamespace:
        """The same pass in PyTorch, after its ``backward``: lists W, b, Z, A of tensors with ``.grad``, and E."""
        import torch

        twin = torch_twin(self.model)
        x = torch.tensor(self.X, requires_grad=True)
        out = SimpleNamespace(W=[], b=[], Z=[], A=[x])
        for module in twin:
            x = module(x)
            x.retain_grad()
            if isinstance(module, torch.nn.Linear):
                out.W.append(module.weight)
                out.b.append(module.bias)
                out.Z.append(x)
            else:
                out.A.append(x)
        out.A.append(x)
        out.E = getattr(torch.nn.functional, self.loss_name)(x, torch.tensor(self.y))
        out.E.backward()
        return out


def networks(rng: np.random.Generator, count: int = 20, *, examples: int | None = None,
             activation: str | None = None, loss_name: str | None = None,
             sizes: Sequence[int] | None = None) -> Iterator[Case]:  # fmt: skip
    """Networks of one to four layers with one to five units each, hence with sizes of 1 among them.

    Parameters
    ----------
    rng : source of everything.
    count : how many.
    examples, activation, loss_name, sizes : fix what is otherwise drawn (batches of 1 to 5 examples).

    Raises
    ------
    ValueError
        if a name is unknown.
    """
    for name, known in ((activation, ACTIVATIONS), (loss_name, LOSSES)):
        if name is not None:
            one_of("networks", "name", name, known)
    for k in range(count):
        while True:
            case = _draw(rng, examples, activation or ACTIVATIONS[k % len(ACTIVATIONS)],
                         loss_name or LOSSES[(k + k // 9) % len(LOSSES)], sizes)  # fmt: skip
            if not _near_a_kink(case):
                break
        yield case


def _draw(rng: np.random.Generator, examples: int | None, activation: str, loss_name: str,
          sizes: Sequence[int] | None) -> Case:  # fmt: skip
    sizes = list(sizes) if sizes else [int(n) for n in rng.integers(1, 6, rng.integers(2, 6))]
    model = nn.MLP(sizes, activation, rng=rng, init="xavier_normal", dtype=np.float64)
    for p in model.parameters():
        p.data = p.data + 0.3 * rng.standard_normal(p.shape)
    N, C = examples or int(rng.integers(1, 6)), sizes[-1]
    targets = {
        "mse_loss": lambda: rng.standard_normal((N, C)),
        "cross_entropy": lambda: rng.integers(0, C, N),
        "binary_cross_entropy_with_logits": lambda: rng.integers(0, 2, (N, C)).astype(float),
    }
    return Case(model, activation, loss_name, rng.standard_normal((N, sizes[0])), targets[loss_name]())


def _near_a_kink(case: Case) -> bool:
    if case.activation not in ("relu", "leaky_relu", "elu"):
        return False
    with no_grad():
        inner = [case.model[:l](case.X).data for l in range(1, len(case.model), 2)]
    return any(np.abs(Z).min() < KINK for Z in inner)
