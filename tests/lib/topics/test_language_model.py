"""Tables of counts against counting one by one; the recurrent model against its own definition and against leaks."""

import numpy as np
import pytest

from derived import nn
from derived.topics.language_model import CharacterRNN, NGram, perplexity, train

TEXT = np.random.default_rng(0).integers(4, size=300)


def counted(pieces, window, q, alpha, prior, symbols=4):
    """The definition, one piece and one place at a time."""
    k, pair, single = len(window), 0, 0
    for piece in pieces:
        for i in range(k, len(piece)):
            if tuple(piece[i - k : i]) == tuple(window):
                single += 1
                pair += piece[i] == q
    return (pair + alpha * prior) / (single + alpha)


@pytest.mark.parametrize("k", [0, 1, 2, 4])
@pytest.mark.parametrize("alpha", [0.1, 2.0])
def test_tables_are_counts(k, alpha):
    pieces, held_out = [TEXT[:100], TEXT[100:140], TEXT[140:143]], TEXT[200:230]
    plain = NGram(k, 4, alpha).fit(pieces)
    mended = NGram(k, 4, alpha, interpolate=True).fit(pieces)
    expected, backed = [], []
    for i in range(k, 30):
        expected.append(counted(pieces, held_out[i - k : i], held_out[i], alpha, 1 / 4))
        p = 1 / 4
        for j in range(k + 1):
            p = counted(pieces, held_out[i - j : i], held_out[i], alpha, p)
        backed.append(p)
    np.testing.assert_allclose(np.exp(plain.log_probabilities([held_out])), expected)
    np.testing.assert_allclose(np.exp(mended.log_probabilities([held_out])), backed)
    np.testing.assert_allclose(plain.log_probabilities([held_out], skip=6), np.log(expected)[6 - k :])


@pytest.mark.parametrize("interpolate", [False, True])
def test_probabilities_sum_to_one(interpolate):
    model = NGram(2, 4, 0.5, interpolate).fit([TEXT])
    total = sum(np.exp(model.log_probabilities([np.array([1, 3, q])])) for q in range(4))
    np.testing.assert_allclose(total, 1)


def test_the_strength_that_is_best_on_other_text():
    strengths, other = (0.1, 1.0, 10.0, 100.0), [TEXT[200:]]
    model = NGram(2, 4, 7.0).fit([TEXT[:200]]).tune(other, strengths, skip=2)
    scores = [perplexity(NGram(2, 4, a).fit([TEXT[:200]]).log_probabilities(other)) for a in strengths]
    assert model.strength == strengths[int(np.argmin(scores))] == 100.0  # the text is pure noise


def test_known_contexts():
    model = NGram(1, 4).fit([np.array([0, 1, 0, 2])])
    assert model.known([np.array([0, 1, 2, 3, 0])], skip=1) == pytest.approx(2 / 4)  # 0 and 1; 2 had no successor


def test_perplexity_of_equal_chances():
    assert perplexity(np.log(np.full(7, 1 / 5))) == pytest.approx(5)
    assert perplexity(np.log([0.5, 0.125])) == pytest.approx(4)


def test_bad_input():
    with pytest.raises(ValueError, match="context is -1"):
        NGram(-1, 4)
    with pytest.raises(ValueError, match="strength 0"):
        NGram(1, 4, 0)
    with pytest.raises(ValueError, match="overflow"):
        NGram(9, 100)
    with pytest.raises(ValueError, match="skip is 1, expected at least 2"):
        NGram(2, 4).fit([TEXT]).log_probabilities([TEXT], skip=1)


def model(bidirectional=False):
    rng = np.random.default_rng(1)
    return CharacterRNN(4, nn.RNN(4, 16, bidirectional=bidirectional, rng=rng), rng=rng)


def test_the_model_sees_no_future():
    net = model()
    before = net.log_probabilities([TEXT[:20]])
    changed = TEXT[:20].copy()
    changed[12] = (changed[12] + 1) % 4
    after = net.log_probabilities([changed])
    np.testing.assert_array_equal(before[:11], after[:11])
    assert before.shape == (19,) and (before[11:] != after[11:]).all()
    cheat = model(bidirectional=True)
    assert (cheat.log_probabilities([TEXT[:20]])[:11] != cheat.log_probabilities([changed])[:11]).any()


def test_pieces_are_scored_alone_and_skipped_alike():
    net = model()
    both = net.log_probabilities([TEXT[:20], TEXT[20:50]], skip=3)
    np.testing.assert_allclose(both[17:], net.log_probabilities([TEXT[20:50]], skip=3), rtol=1e-5)
    np.testing.assert_allclose(both[:17], net.log_probabilities([TEXT[:20]])[2:], rtol=1e-5)


def test_training_learns_a_cycle_and_writes_it():
    cycle = np.tile([0, 2, 1, 3], 40)
    net = model()
    record = train(net, [cycle], 0.02, 60, np.random.default_rng(0), window=8, batch_size=8)
    assert record.shape == (60, 2) and record[-1, 0] < 0.3 < 1.0 < record[0, 0]
    assert perplexity(net.log_probabilities([cycle])) < 1.2
    drawn = net.sample(np.array([0, 2, 1]), 9, np.random.default_rng(0), temperature=0.1)
    assert drawn.tolist() == [0, 2, 1, 3, 0, 2, 1, 3, 0, 2, 1, 3]
    with pytest.raises(ValueError, match="temperature is 0"):
        net.sample(np.array([0]), 1, np.random.default_rng(0), temperature=0)
