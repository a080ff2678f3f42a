"""Straight-line programs against torch, and their counts against what the formulas say."""

import numpy as np
import pytest
import torch

from derived.topics.straight_line import Program, layered, random_program

RNG = np.random.default_rng


def programs(count=25):
    rng = RNG(0)
    yield random_program(rng, 1, 1, 1), rng.standard_normal(1)
    for _ in range(count):
        N, K = rng.integers(1, 5), int(rng.integers(1, 12))
        yield random_program(rng, int(N), K, int(rng.integers(1, min(K, 4) + 1))), rng.standard_normal(N)


def torch_jacobian(program, x):
    f = lambda v: torch.stack([program.run(list(v), torch.tanh)[m] for m in program.outputs])
    return torch.autograd.functional.jacobian(f, torch.tensor(x)).numpy()


def test_both_modes_give_torchs_jacobian():
    for program, x in programs():
        J = torch_jacobian(program, x)
        for mode, sweeps in (("forward", program.inputs), ("reverse", len(program.outputs))):
            ours, count = program.jacobian(x, mode)
            np.testing.assert_allclose(ours, J, atol=1e-9, rtol=1e-9)
            assert count == sweeps * program.edges


def test_the_triangular_matrix_solves_for_the_jacobian():
    for program, x in programs():
        L = program.matrix(program.run(x))
        assert not np.triu(L).any() and not L[: program.inputs].any()
        total = np.linalg.inv(np.eye(program.nodes) - L)
        np.testing.assert_allclose(total[np.ix_(program.outputs, range(program.inputs))], torch_jacobian(program, x),
                                   atol=1e-8, rtol=1e-8)  # fmt: skip


def test_forward_returns_the_values_too():
    for program, x in programs(5):
        v = program.run(x)
        assert program.forward(x, np.zeros(program.inputs))[0].tolist() == [v[m] for m in program.outputs]


def test_a_value_used_twice_gets_both_contributions():
    square = Program(1, [("mul", (0, 0))], (1,))
    assert square.jacobian([3.0], "reverse")[0] == square.jacobian([3.0], "forward")[0] == [[6.0]]
    assert square.matrix(square.run([3.0]))[1, 0] == 6.0


def test_a_wrong_order_is_caught():
    """Oldest first, as in a forward sweep, gives nothing to values two steps away."""
    chain = Program(1, [("tanh", (0,)), ("tanh", (1,))], (2,))
    v, bar = chain.run([0.5]), np.array([0.0, 0.0, 1.0])
    for k, ((_, parents), slopes) in enumerate(zip(chain.steps, chain.slopes(v), strict=True)):
        bar[parents[0]] += slopes[0] * bar[1 + k]
    assert bar[0] == 0 and chain.reverse(v, [1.0])[0][0] > 0.5


def test_layered_programs():
    program = layered([3, 2, 1])
    assert (program.inputs, len(program.outputs), program.nodes) == (3, 1, 3 + 2 * 3 + 2)
    assert program.edges == 2 * (2 * 2 + 1) + 3
    x = RNG(1).standard_normal(3)
    assert np.isclose(program.run(x)[-1], np.tanh(2 * np.tanh(x.sum())))
    assert layered([1, 1]).steps == [("tanh", (0,))]


def test_messages():
    with pytest.raises(ValueError, match="run: x has 2 numbers, expected 1"):
        Program(1, [("tanh", (0,))], (1,)).run([1.0, 2.0])
    with pytest.raises(ValueError, match="jacobian: mode is 'both'"):
        layered([1, 1]).jacobian([1.0], "both")
    with pytest.raises(ValueError, match="random_program: outputs is 3, expected 1 to 2"):
        random_program(RNG(0), 1, 2, 3)


def test_what_a_forward_sweep_holds():
    chain = Program(2, [("tanh", (0,)), ("tanh", (2,)), ("tanh", (3,))], (4,))
    assert chain.held == 2 - 1  # the second input is never used; one value replaces the other
    assert Program(1, [("tanh", (0,)), ("mul", (0, 1))], (1, 2)).held == 2
    assert [layered([4] * (depth + 1)).held for depth in (1, 2, 8)] == [7, 7, 7]
