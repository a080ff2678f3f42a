"""The encoder-decoder beside one made of PyTorch's modules; its tasks, training and translation."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived import ops
from derived.parity import sequence_twin
from derived.topics.sequence_transformer import TASKS, SequenceTransformer, exact_match, train


@pytest.mark.parametrize("options", [{}, {"positions": False}, {"norm_first": False, "layers": 2}])
def test_logits_and_gradients(options):
    model = SequenceTransformer(5, 8, 2, **options, rng=rng(), dtype=np.float64)
    twin = sequence_twin(model)
    source, target = rng(1).integers(0, 5, (3, 4)), rng(2).integers(0, 5, (3, 6))
    logits, theirs = model(source, target), twin(torch.tensor(source), torch.tensor(target))
    close(logits.data, theirs)
    ops.cross_entropy(logits.reshape(-1, 5), target.reshape(-1)).backward()
    torch.nn.functional.cross_entropy(theirs.flatten(0, 1), torch.tensor(target).flatten()).backward()
    wanted = dict(twin.named_parameters())
    for name, p in model.named_parameters():
        close(p.grad, wanted[name].grad, what=name)


def test_without_the_mask_the_decoder_sees_the_answer():
    model = SequenceTransformer(5, 8, 2, rng=rng(), dtype=np.float64)
    source, target = rng(1).integers(0, 5, (2, 4)), rng(2).integers(0, 5, (2, 4))
    changed = target.copy()
    changed[:, 2] = (changed[:, 2] + 1) % 5
    same = np.isclose(model(source, target).data, model(source, changed).data).all(axis=(0, 2))
    assert same.tolist() == [True, True, True, False]
    assert not np.isclose(model(source, target, False).data, model(source, changed, False).data).all(axis=(0, 2)).any()


def test_tasks():
    x = np.array([[3, 1, 2]])
    assert TASKS["reverse"](x).tolist() == [[2, 1, 3]]
    assert TASKS["sort"](x).tolist() == [[1, 2, 3]]
    assert TASKS["copy"](x).tolist() == [[3, 1, 2]]


def test_training_learns_to_copy_short_sequences():
    model = SequenceTransformer(4, 16, 2, rng=rng())
    losses = train(model, "copy", (3, 3), 150, rng(1), lr=0.01)
    assert losses[-10:].mean() < 0.1 < losses[0]
    assert exact_match(model, "copy", 3, 100, rng(2)) > 0.9
    weights = model.attention(np.array([[0, 1, 2]]), np.array([[0, 1, 2]]))
    assert {name: [w.shape for w in found] for name, found in weights.items()} == {
        name: [(1, 2, 3, 3)] for name in ("encoder", "decoder", "cross-attention")
    }
    assert not any(layer.keep_weights for layer in [*model.encoder, *model.decoder])


def test_bad_arguments_are_named():
    model = SequenceTransformer(4, 8, 2, rng=rng())
    with pytest.raises(ValueError, match="did you mean 'reverse'"):
        train(model, "revers", (3, 3), 100, rng())
    with pytest.raises(ValueError, match="length is 0"):
        model.translate(np.zeros((1, 2), int), 0)
