"""Turing's machines against Python's operators; too few ticks and a wrong switch are seen."""

import re

import numpy as np
import pytest

from derived.topics.neurons import boolean_inputs
from derived.topics.turing import FULL_ADDER, XOR, TypeAMachine, TypeBMachine, closure, gated_nand, nand


@pytest.mark.parametrize("n", [1, 2, 4])
def test_nand_and_its_switches(n):
    x = boolean_inputs(n)
    assert nand(x).tolist() == [int(not all(row)) for row in x]
    for c in boolean_inputs(n):
        assert gated_nand(x, c).tolist() == [int(not all(row[c == 1])) for row in x]
    with_and = [nand(row * c) for row in x for c in x]
    assert with_and != [gated_nand(row, c) for row in x for c in x]


@pytest.mark.parametrize("seed", range(5))
def test_settles_from_any_start(seed):
    rng = np.random.default_rng(seed)
    x = boolean_inputs(2)
    assert TypeAMachine(XOR, 2).run(x, 3, rng.integers(2, size=(4, 4)))[:, -1].tolist() == [0, 1, 1, 0]
    x = boolean_inputs(3)
    out = TypeAMachine(FULL_ADDER, 3).run(x, 6, rng.integers(2, size=(8, 9)))
    assert (out[:, 7] + 2 * out[:, 8]).tolist() == x.sum(1).tolist()
    assert TypeAMachine(XOR, 2).run([1, 0], 3).tolist()[-1] == 1


def test_two_ticks_are_too_few():
    assert TypeAMachine(XOR, 2).run(boolean_inputs(2), 2)[:, -1].tolist() != [0, 1, 1, 0]


def test_units_read_old_values():
    flip_flop = TypeAMachine([[1, 1], [0, 0]], 0)
    states = [np.array([0, 0])]
    for _ in range(3):
        states.append(flip_flop.step(states[-1]))
    assert [s.tolist() for s in states] == [[0, 0], [1, 1], [0, 0], [1, 1]]


@pytest.mark.parametrize(("wires", "inputs", "ticks"), [(XOR, 2, 3), (FULL_ADDER, 3, 6)])
def test_switches_make_a_b_type_an_a_type(wires, inputs, ticks):
    switches = np.zeros((len(wires), inputs + len(wires)), int)
    switches[np.arange(len(wires))[:, None], wires] = 1
    x = boolean_inputs(inputs)
    for t in range(ticks + 1):
        assert np.array_equal(TypeBMachine(switches, inputs).run(x, t), TypeAMachine(wires, inputs).run(x, t))


def test_closures():
    assert closure(1, lambda a, b: 1 - a * b) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert len(closure(2, lambda a, b: 1 - a * b)) == 16
    monotone = closure(3, lambda a, b: a & b, lambda a, b: a | b)
    assert len(monotone) == 18 and all(table[0] == 0 and table[-1] == 1 for table in monotone)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TypeAMachine([0, 1], 2), "TypeAMachine: wires has shape (2,), expected (m, 2)"),
        (lambda: TypeAMachine([[0, 3]], 2), "TypeAMachine: wires names nodes 0 to 3, expected 0 to 2"),
        (lambda: TypeAMachine(XOR, 2).run([1], 1), "run: x has 1 inputs, expected 2"),
        (lambda: TypeBMachine(np.ones((2, 2)), 1), "TypeBMachine: switches has shape (2, 2)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
