"""The references of the checkers against PyTorch and enumeration."""

from itertools import product

import numpy as np
import torch

from derived.exercises import seq2seq as ex


def test_cells_are_torchs():
    def lstm(x, h, c, W_ih, W_hh, b):
        args = (torch.tensor(a)[None] for a in (x, h, c))
        x, h, c = args
        zero = torch.zeros(len(b), dtype=torch.float64)
        h, c = torch.lstm_cell(x, (h, c), *map(torch.tensor, (W_ih, W_hh, b)), zero)
        return h[0].numpy(), c[0].numpy()

    def gru(x, h, *weights):
        return torch.gru_cell(torch.tensor(x)[None], torch.tensor(h)[None], *map(torch.tensor, weights))[0].numpy()

    assert ex.lstm_step(lstm)
    assert ex.gru_step(gru)


def test_a_wide_beam_is_the_best_path():
    rng = np.random.default_rng(1)
    for _ in range(20):
        logits = rng.normal(size=(4, 3))
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        start, transition = logs[0], logs[1:]
        best = ex.best_path.reference(start, transition, 4)
        assert ex.beam_search.reference(start, transition, 4, 27) == best
        scores = {p: start[p[0]] + sum(transition[a, b] for a, b in zip(p, p[1:], strict=False))
                  for p in product(range(3), repeat=4)}  # fmt: skip
        assert scores[tuple(best)] == max(scores.values())
