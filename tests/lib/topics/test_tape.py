"""The tape for numbers against torch and against the library's tape, bit by bit."""

import numpy as np
import pytest
import torch

from derived import ops
from derived.tensor import Tensor
from derived.topics import tape
from derived.topics.straight_line import random_program
from derived.topics.tape import Number, backward


def cases(count=30):
    rng = np.random.default_rng(0)
    for _ in range(count):
        inputs, steps = int(rng.integers(1, 4)), int(rng.integers(1, 15))
        yield random_program(rng, inputs, steps, 1), rng.standard_normal(inputs)


def test_gradients_are_torchs_and_those_of_the_library():
    for program, x in cases():
        ours = [Number(float(a)) for a in x]
        backward(program.run(ours, Number.tanh)[-1])
        theirs = [torch.tensor(a, requires_grad=True) for a in x]
        out = program.run(theirs, torch.tanh)[-1]
        library = [Tensor(a, requires_grad=True) for a in x]
        end = program.run(library, ops.tanh)[-1]
        out.backward(), end.backward()
        for a, b, c in zip(ours, theirs, library, strict=True):
            assert (a.grad or 0.0) == pytest.approx(0.0 if b.grad is None else b.grad.item(), abs=1e-11, rel=1e-11)
            assert (a.grad or 0.0) == (0.0 if c.grad is None else float(c.grad))  # bit by bit


def test_plain_numbers_on_either_side():
    x = Number(0.5)
    y = 2.0 * x + 1.0 - x * 3.0
    backward(1.0 + y)
    assert y.value == 0.5 and x.grad == -1.0 and repr(x) == "Number(0.5)"


def test_a_number_used_twice_and_a_second_call():
    x = Number(3.0)
    y = x * x + x
    for _ in range(2):  # gradients start from nothing each time
        backward(y)
        assert x.grad == 7.0 and y.grad == 1.0


def test_a_long_chain_needs_no_recursion():
    x = v = Number(1.0)
    for _ in range(20_000):
        v = v * (1 + 1e-5)
    backward(v)
    assert x.grad == pytest.approx((1 + 1e-5) ** 20_000)


def test_overwriting_instead_of_adding_is_caught(monkeypatch):
    monkeypatch.setattr(
        tape.Number, "__add__", lambda a, b: Number(a.value + b.value, (a, b), (lambda g: g, lambda g: 0))
    )
    x = Number(3.0)
    backward(x * x + x)
    assert x.grad != 7.0
