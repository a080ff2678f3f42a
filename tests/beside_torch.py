"""One function through the whole ladder of references: PyTorch, finite differences, adjoints, float32, mutants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from derived import nn
from derived.check import adjoint_error, gradcheck
from derived.tensor import Tensor, rule_of


def rng(seed: int = 12345) -> np.random.Generator:
    return np.random.default_rng(seed)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(rng(seed).standard_normal(shape))


def leaf(*values: float, dtype: type = np.float64) -> Tensor:
    """A vector that requires its gradient."""
    return Tensor(np.array(values, dtype), requires_grad=True)


def close(ours: object, theirs: object, tol: float = 1e-10, what: str = "") -> None:
    """The same shape and the same numbers, up to ``tol`` (relative for numbers above 1)."""
    ours, theirs = (np.asarray(a.detach().numpy() if hasattr(a, "detach") else a) for a in (ours, theirs))
    assert ours.shape == theirs.shape, f"{what}: shape {ours.shape} against {theirs.shape}"
    np.testing.assert_allclose(ours, theirs, rtol=tol, atol=tol, err_msg=what)


def agree(ours: Callable, theirs: Callable, *arrays: np.ndarray, smooth: bool = True, tol: float = 1e-10) -> None:
    """Check ``ours`` (a function of tensors) at ``arrays`` (float64) against ``theirs`` (of PyTorch's) and itself.

    ``smooth=False`` leaves out finite differences, at kinks and ties.
    """
    value, gradients = forward_and_backward(ours, arrays)
    reference = [torch.tensor(a, requires_grad=True) for a in arrays]
    expected = theirs(*reference)
    close(value, expected, tol, "value")
    expected.backward(torch.tensor(upstream(value.shape)))
    wanted = [torch.zeros_like(r) if r.grad is None else r.grad for r in reference]
    for k, (g, w) in enumerate(zip(gradients, wanted, strict=True)):
        close(g, w, tol, f"gradient {k}")
    for k in range(len(arrays)):  # each argument alone requires its gradient
        only = forward_and_backward(ours, arrays, needs=[i == k for i in range(len(arrays))])[1]
        close(only[k], wanted[k], tol, f"gradient {k} alone")
        assert all(g is None for i, g in enumerate(only) if i != k)
    spread = [strided(a) for a in arrays]
    for g, w in zip(forward_and_backward(ours, spread)[1], wanted, strict=True):
        close(g, w, tol, "gradient of strided arrays")
    stays_float32(ours, *arrays)
    if smooth:
        rule = rule_of(ours)
        assert gradcheck(rule, *arrays, rng=rng()) < 1e-6
        assert adjoint_error(rule, *arrays, rng=rng()) < 1e-6


def same_layer(ours: nn.Module, theirs: torch.nn.Module, x: np.ndarray) -> None:
    """PyTorch's layer (float64) with our parameters gives our values, and our gradients, in the order of both."""
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    z, t = ours(x), theirs(torch.tensor(x))
    close(z, t)
    v = normal(*z.shape, seed=1)
    z.backward(v), t.backward(torch.tensor(v))
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        close(p.grad, q.grad)


def forward_and_backward(f: Callable, arrays: list, needs: list[bool] | None = None) -> tuple[np.ndarray, list]:
    """Value and gradients of <v, f> with a fixed v; neither the arguments nor v may be changed on the way."""
    copies = [np.array(a) for a in arrays]
    needs = needs or [True] * len(arrays)
    inputs = [Tensor(a, requires_grad=n) for a, n in zip(arrays, needs, strict=True)]
    output = f(*inputs)
    v = upstream(output.shape).astype(output.dtype)
    output.backward(v)
    np.testing.assert_array_equal(v, upstream(output.shape).astype(output.dtype), "the upstream gradient was changed")
    for a, c in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, c, "an argument was changed")
    for x in inputs:
        assert x.grad is None or (x.grad.shape == x.shape and x.grad.dtype == x.dtype and x.grad.flags.writeable)
    return output.data, [x.grad for x in inputs]


def upstream(shape: tuple[int, ...]) -> np.ndarray:
    return rng(99).uniform(0.5, 1.5, shape)


def strided(a: np.ndarray) -> np.ndarray:
    """The same numbers, not contiguous."""
    return np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a


def stays_float32(ours: Callable, *arrays: np.ndarray) -> None:
    """Values, gradients and intermediate gradients of float32 arguments are float32, and nearly right."""
    exact = forward_and_backward(ours, arrays)
    value, gradients = forward_and_backward(ours, [a.astype(np.float32) for a in arrays])
    assert value.dtype == np.float32
    np.testing.assert_allclose(value, exact[0], rtol=1e-3, atol=1e-4)
    for g, e in zip(gradients, exact[1], strict=True):
        np.testing.assert_allclose(g, e, rtol=2e-3, atol=1e-3)
    inputs = [Tensor(a.astype(np.float32), requires_grad=True) for a in arrays]
    output = ours(*inputs)
    if output._pulls is not None:
        v = np.asarray(upstream(output.shape), dtype=np.float32)
        for parent, pull in zip(output._parents, output._pulls, strict=False):
            if isinstance(parent, Tensor) and parent.requires_grad:
                assert pull(v).dtype == np.float32, "a pullback leaves float32"


MUTATIONS = {
    "the sign is flipped": lambda g: -g,
    "a factor 2.001": lambda g: 2.001 * g,
    "one per cent is missing": lambda g: 0.99 * g,
    "one entry is dropped": lambda g: g * (np.arange(g.size).reshape(g.shape) != np.argmax(np.abs(g))),
    "a term is added": lambda g: g + 0.1,
    "NaN": lambda g: g * np.nan,
}


def mutants_fail(ours: Callable, *arrays: np.ndarray) -> None:
    """Every mutation of every pullback is caught, by finite differences and by the adjoint identity."""
    right = rule_of(ours)
    for name, mutate in MUTATIONS.items():
        for k in range(len(arrays)):

            def wrong(*xs, k=k, mutate=mutate):
                value, *pulls = right(*xs)
                pull = pulls[k]
                pulls[k] = lambda v: mutate(pull(v))
                return value, *pulls

            assert gradcheck(wrong, *arrays, rng=rng()) > 1e-5, f"{name} in argument {k} passes gradcheck"
            assert adjoint_error(wrong, *arrays, rng=rng()) > 1e-5, (
                f"{name} in argument {k} passes the adjoint identity"
            )


def hundred_steps(ours_class: type, theirs_class: type, options: dict) -> None:
    """A hundred steps on a bent valley in float64 equal PyTorch's to 1e-10."""
    start = [normal(3, 4), normal(4, seed=1)]
    ours = [Tensor(a.copy(), requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    optimizer, their_optimizer = ours_class(ours, **options), theirs_class(theirs, **options)

    def loss(W, b):
        return ((W + b).tanh() * W).sum() + (b * b).sum() * 0.5

    for step in range(100):
        optimizer.zero_grad(), their_optimizer.zero_grad()
        loss(*ours).backward(), loss(*theirs).backward()
        optimizer.step(), their_optimizer.step()
        if step < 3 or step % 33 == 0:
            for p, q in zip(ours, theirs, strict=True):
                close(p.data, q, 1e-10, f"step {step}")
