"""Decoders and encoder-decoders: shapes, feeding, and that forced and free running agree where they must."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.parity.gated import torch_logits
from derived.topics.seq2seq import Decoder, EncoderDecoder, exact_match, held_out_strings, sequence_loss


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_stepping_is_teacher_forcing_on_what_was_said(kind):
    decoder = Decoder(4, 5, 3, kind=kind, rng=rng(), dtype=np.float64)
    letters, logits = decoder.free(6, None, 3, rng(2))
    assert letters.shape == (6, 3)
    close(logits.data, decoder(letters).data)
    log_probs = decoder.next_log_probs()
    column = tuple(letters[:3, 0])
    close(log_probs(column), torch.log_softmax(torch.tensor(logits.data[3, 0]), dim=0))


def test_without_feedback_the_letters_do_not_matter():
    decoder = Decoder(3, 4, feedback=False, rng=rng(), dtype=np.float64)
    close(decoder(np.zeros((5, 2), int)).data, decoder(np.full((5, 2), 2)).data)
    told = Decoder(3, 4, rng=rng(), dtype=np.float64)
    assert not np.allclose(told(np.zeros((5, 2), int)).data, told(np.full((5, 2), 2)).data)


def test_drawn_letters_follow_the_softmax():
    decoder = Decoder(3, 4, rng=rng(), dtype=np.float64)
    letters, logits = decoder.free(1, None, 20_000, rng(5))
    p = np.exp(logits.data[0, 0]) / np.exp(logits.data[0, 0]).sum()
    assert np.allclose(np.bincount(letters[0], minlength=3) / 20_000, p, atol=4 * 0.5 / np.sqrt(20_000))


def test_encoder_decoder_is_torchs():
    model = EncoderDecoder(5, 4, 6, 3, rng=rng(), dtype=np.float64)
    source, target = rng(1).integers(0, 5, (4, 2)), rng(2).integers(0, 4, (3, 2))
    logits = model(source, target)
    close(logits.data, torch_logits(model, source, target))
    wanted = torch.nn.functional.cross_entropy(torch.tensor(logits.data).reshape(-1, 4),
                                               torch.tensor(target).reshape(-1))  # fmt: skip
    close(sequence_loss(logits, target).data, wanted)
    greedy = model.greedy(source, 3)
    assert exact_match(greedy, greedy) == 1


def test_held_out_strings_share_none():
    train, test = held_out_strings(3, 0.2, rng())
    assert train.shape == (3, 800)
    assert test.shape == (3, 200)
    both = np.concatenate([train, test], axis=1)
    assert len({tuple(column) for column in both.T}) == 1000
    assert both.min() == 0
    assert both.max() == 9


def test_free_running_needs_a_number_of_sequences():
    with pytest.raises(ValueError, match="neither state nor count"):
        Decoder(2, 2, rng=rng()).free(3, None)
    with pytest.raises(ValueError, match="LSTM"):
        Decoder(2, 2, kind="LTSM", rng=rng())


def test_without_feedback_free_running_is_not_told_its_letters_either():
    decoder = Decoder(3, 4, feedback=False, rng=rng(), dtype=np.float64)
    letters, logits = decoder.free(5, None, 2, rng(1))
    close(logits.data, decoder(letters).data)
