"""Recurrent layers in PyTorch with the same weights, and random ones to compare."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from derived.nn import RNN, Recurrent

if TYPE_CHECKING:
    import torch

__all__ = ["late_losses", "random_rnns", "recurrent_twin", "sequences"]


def recurrent_twin(layer: Recurrent) -> torch.nn.Module:
    """PyTorch's RNN, LSTM or GRU with the same options and weights, in the same dtype."""
    import torch

    options = {"nonlinearity": layer.nonlinearity} if isinstance(layer, RNN) else {}
    twin = getattr(torch.nn, type(layer).__name__)(
        layer.input_size, layer.hidden_size, layer.num_layers, bias=layer.bias, batch_first=layer.batch_first,
        dropout=layer.dropout, bidirectional=layer.bidirectional, **options)  # fmt: skip
    state = {name: torch.tensor(array) for name, array in layer.state_dict().items()}
    twin = twin.to(next(iter(state.values())).dtype)
    twin.load_state_dict(state)
    return twin


def random_rnns(count: int, rng: np.random.Generator, **options: Any) -> Iterator[tuple[RNN, np.ndarray, np.ndarray]]:
    """`count` layers of 1 to 4 inputs and units, with inputs (T, N, d) and a first state; float64, all sizes 1 first.

    Weights and biases are normal. Options go to :class:`derived.nn.RNN`.
    """
    for k in range(count):
        d, n, T, N = (1, 1, 1, 1) if k == 0 else rng.integers(1, 5, 4).tolist()
        layer = RNN(d, n, rng=rng, dtype=np.float64, **options)
        for p in layer.parameters():
            p.data = rng.standard_normal(p.shape)
        rows = layer.num_layers * layer.directions
        yield layer, rng.standard_normal((T, N, d)), rng.standard_normal((rows, N, n))


def sequences(count: int, rng: np.random.Generator, longest: int = 6) -> Iterator[SimpleNamespace]:
    r"""`count` single sequences with a network, a loss and its gradients by ``torch.autograd``; float64.

    The states are :math:`h_t=\tanh(Wh_{t-1}+Ux_t+b)`, the loss :math:`R=\sum_t\ell_t`,
    :math:`\ell_t=\frac12\lVert Vh_t+c-z_t\rVert^2`.

    Yields
    ------
    Namespaces with ``X`` (T, d), ``h0`` (n,), ``W U b V c``, ``Z`` (T, m) targets; ``direct`` (T, n), the gradient of
    :math:`\ell_t` in :math:`h_t` for a state that is held fixed; ``loss``, a function of W alone; and ``grad``, a
    dictionary of the gradients of R for ``X h0 W U b``. All sizes are 1 in the first one, and different in the last,
    where no mistake in a shape or an index can hide.
    """
    import torch

    for k in range(count):
        T, d, n, m = [int(rng.integers(2, longest + 1)), *rng.integers(1, 5, 3).tolist()]
        if k in (0, count - 1):
            T, d, n, m = (1, 1, 1, 1) if k == 0 else (longest, 3, 4, 2)
        shapes = {"X": (T, d), "h0": (n,), "W": (n, n), "U": (n, d), "b": (n,), "V": (m, n), "c": (m,), "Z": (T, m)}
        case = SimpleNamespace(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})
        leaves = {name: torch.tensor(getattr(case, name), requires_grad=True) for name in ("X", "h0", "W", "U", "b")}
        V, c, Z = (torch.tensor(getattr(case, name)) for name in ("V", "c", "Z"))

        def run(leaves, V=V, c=c, Z=Z):
            h, states = leaves["h0"], []
            for x in leaves["X"]:
                h = torch.tanh(leaves["W"] @ h + leaves["U"] @ x + leaves["b"])
                states.append(h)
            states = torch.stack(states)
            return ((states @ V.T + c - Z) ** 2).sum() / 2, states

        R, states = run(leaves)
        R.backward()
        case.grad = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
        case.direct = ((states @ V.T + c - Z) @ V).detach().numpy()
        fixed = {name: leaf.detach() for name, leaf in leaves.items()}
        case.loss = lambda W, run=run, fixed=fixed: run(fixed | {"W": torch.tensor(W)})[0].item()
        yield case


def late_losses(count: int, rng: np.random.Generator) -> Iterator[SimpleNamespace]:
    """`count` sequences whose only loss is at the last time, with PyTorch's gradients in every input and state.

    Yields
    ------
    Namespaces with ``X W U b V`` and ``gy``, the gradient of the loss in the output V h_T; ``phi``, "tanh" and
    "sigmoid" in turn; ``slopes`` (T, n) of phi; ``in_inputs`` (T, d) and ``in_states`` (T, n), the gradients in x_t
    and h_t. All sizes are 1 in the first one; the last has d = n = m, so that a wrong formula has the right shape.
    """
    import torch

    for k in range(count):
        T, d, n, m = rng.integers(2, 6, 4).tolist()
        if k in (0, count - 1):
            T, d, n, m = (1, 1, 1, 1) if k == 0 else (5, 3, 3, 3)
        shapes = {"X": (T, d), "W": (n, n), "U": (n, d), "b": (n,), "V": (m, n), "gy": (m,)}
        case = SimpleNamespace(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})
        case.phi = ("tanh", "sigmoid")[k % 2]
        X, W, U, b, V, gy = (torch.tensor(getattr(case, name)) for name in shapes)
        X.requires_grad_()
        h, states, slopes = torch.zeros(n).double(), [], []
        for x in X:
            a = W @ h + U @ x + b
            h = getattr(torch, case.phi)(a)
            h.retain_grad()
            states.append(h)
            value = h.detach().numpy()
            slopes.append(1 - value**2 if case.phi == "tanh" else value * (1 - value))
        (gy @ (V @ h)).backward()
        case.slopes, case.in_inputs = np.array(slopes), X.grad.numpy()
        case.in_states = np.array([h.grad.numpy() for h in states])
        yield case
