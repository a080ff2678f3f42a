"""Memory networks: the stories, one hop by hand, and what two hops add."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.topics import memory_network as memory


def test_stories_can_be_answered_in_two_steps():
    facts, questions, answers = memory.stories(rng(), 50)
    for story, asked, answer in zip(facts, questions, answers, strict=True):
        known = dict(story.tolist())
        assert sorted(known) == list(range(10))
        assert known[asked] in memory.PEOPLE and known[known[asked]] == memory.ROOMS[answer]
    assert {tuple(order) for order in facts[..., 0].tolist()} != {tuple(range(10))}


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_hops_are_those_of_the_formula(hops):
    model = memory.MemoryNetwork([rng(0), rng(1)], hops, dim=4)
    facts, questions, _ = memory.batch([rng(2), rng(3)], 5)
    logits, A = model(facts, questions).data, model.weights(facts, questions)
    assert A.shape == (2, 5, hops, 10)
    for s in range(2):
        B, M, C, W = (torch.tensor(p.data[s]) for p in (model.question, model.key, model.value, model.out))
        for n in range(5):
            q = B[questions[s, n]]
            for k in range(hops):
                a = torch.softmax(M[facts[s, n, :, 0]] @ q, 0)
                close(A[s, n, k], a, 1e-5)
                q = q + a @ C[facts[s, n, :, 1]]
            close(logits[s, n], q @ W, 1e-5)


def test_two_hops_find_what_one_does_not():
    found = {}
    for hops in (1, 2):
        rngs = [rng(0), rng(1)]
        model = memory.MemoryNetwork(rngs, hops)
        memory.train(model, rngs, 200)
        found[hops] = memory.accuracy(model, rngs)
    assert found[1].max() < 0.6 < 0.9 < found[2].min()
    with pytest.raises(ValueError, match="hops is 0"):
        memory.MemoryNetwork([rng()], 0)


def test_networks_do_not_touch_each_other():
    model = memory.MemoryNetwork([rng(0), rng(1)], 2, dim=3)
    facts, questions, _ = memory.batch([rng(2), rng(3)], 4)
    model(facts, questions)[0].sum().backward()
    assert all(p.grad[0].any() and not p.grad[1].any() for p in model.parameters())
    assert np.isfinite(model.key.grad).all()
