"""Memory networks: a question that looks up one fact after the other; several networks trained at once.

Stories tell which person holds which object and which person is in which room. "Where is the object?" needs two facts.
"""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Module, Parameter
from derived.optim import Adam
from derived.tensor import Tensor, no_grad

PEOPLE, OBJECTS, ROOMS = range(5), range(5, 10), range(10, 15)
SYMBOLS = 15


def stories(rng: np.random.Generator, N: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random stories with a question each.

    Returns
    -------
    facts : (N, 10, 2) integers, pairs (subject, complement) in random order: (person, room) and (object, person). Rooms
        and holders are drawn at random, so that several people may be in one room.
    questions : (N,) objects.
    answers : (N,) rooms, as numbers from 0.
    """
    rooms, holders = rng.integers(0, 5, (N, 5)), rng.integers(0, 5, (N, 5))
    subjects = np.tile([*PEOPLE, *OBJECTS], (N, 1))
    facts = np.stack([subjects, np.concatenate([rooms + ROOMS[0], holders], axis=1)], axis=-1)
    facts = np.take_along_axis(facts, rng.permuted(np.tile(np.arange(10), (N, 1)), axis=1)[..., None], axis=1)
    asked, rows = rng.integers(0, 5, N), np.arange(N)
    return facts, asked + OBJECTS[0], rooms[rows, holders[rows, asked]]


class MemoryNetwork(Module):
    r"""S memory networks side by side: :math:`q_{k+1}=q_k+\sum_i\mathrm{softmax}_i(q_k\cdot m_i)\,c_i`, then
    :math:`z=q_KW`.

    The key :math:`m_i` of fact i is a learnt vector for its subject, the value :math:`c_i` one for its complement, and
    :math:`q_0` one for the question. All hops share them.

    Parameters
    ----------
    rngs : a generator for each network.
    hops : K, how often the memory is asked.
    dim : number of features of keys, values and questions.

    Notes
    -----
    S. Sukhbaatar et al., NeurIPS 2015, section 2, with the same embeddings for all hops.
    """

    def __init__(self, rngs: list[np.random.Generator], hops: int, dim: int = 16) -> None:
        require(hops >= 1, "MemoryNetwork: hops is {}, expected at least 1", hops)
        self.hops = hops

        def normal(*shape):
            return Parameter(np.array([rng.normal(0, 0.5, shape) for rng in rngs], np.float32))

        self.question, self.key, self.value = (normal(SYMBOLS, dim) for _ in range(3))
        self.out = normal(dim, len(ROOMS))

    def forward(self, facts: np.ndarray, questions: np.ndarray) -> Tensor:
        """Logits (S, N, rooms) for facts (S, N, F, 2) and questions (S, N)."""
        return (self._ask(facts, questions)[0] @ self.out)

    def weights(self, facts: np.ndarray, questions: np.ndarray) -> np.ndarray:
        """How much each hop attends to each fact: (S, N, hops, F)."""
        with no_grad():
            return np.stack([a.data[..., 0, :] for a in self._ask(facts, questions)[1]], axis=-2)

    def _ask(self, facts: np.ndarray, questions: np.ndarray) -> tuple[Tensor, list[Tensor]]:
        m, c = (table_rows(facts[..., k], table) for k, table in enumerate((self.key, self.value)))
        q, seen = table_rows(questions[..., None], self.question), []
        for _ in range(self.hops):
            seen.append(ops.attention_weights(q, m, scale=1))
            q = q + seen[-1] @ c
        return q.reshape(*questions.shape, -1), seen


def train(model: MemoryNetwork, rngs: list[np.random.Generator], steps: int, *, N: int = 64, lr: float = 0.02) -> None:
    """Adam on fresh stories, at a rate that falls linearly to 0."""
    optimizer = Adam(model.parameters(), lr=lr)
    for k in range(steps):
        optimizer.lr = lr * (1 - k / steps)
        facts, questions, answers = batch(rngs, N)
        optimizer.zero_grad()
        ops.cross_entropy(model(facts, questions).reshape(-1, len(ROOMS)), answers.reshape(-1)).backward()
        optimizer.step()


def accuracy(model: MemoryNetwork, rngs: list[np.random.Generator], N: int = 500) -> np.ndarray:
    """(S,) shares of new questions that each network answers rightly."""
    facts, questions, answers = batch(rngs, N)
    with no_grad():
        return (model(facts, questions).data.argmax(axis=-1) == answers).mean(axis=1)


def batch(rngs: list[np.random.Generator], N: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """:func:`stories` of each generator, with a first axis that counts them."""
    return tuple(np.array(a) for a in zip(*(stories(rng, N) for rng in rngs), strict=True))


def table_rows(symbols: np.ndarray, table: Tensor) -> Tensor:
    """Row ``symbols[s, n, f]`` of network s's table (S, A, d), as (S, N, F, d)."""
    S, N, F = symbols.shape
    one_hot = (symbols[..., None] == np.arange(table.shape[1])).astype(table.dtype).reshape(S, N * F, -1)
    return (Tensor(one_hot) @ table).reshape(S, N, F, -1)
