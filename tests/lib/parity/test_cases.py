"""Random networks: reproducible, of every kind, away from kinks, and the same in PyTorch."""

import numpy as np
import pytest

from derived.parity.cases import ACTIVATIONS, KINK, LOSSES, networks


def draw(count=54, **options):
    return list(networks(np.random.default_rng(0), count, **options))


def test_all_kinds_and_sizes_of_one_are_among_them():
    cases = draw()
    assert {(c.activation, c.loss_name) for c in cases} >= {(a, ls) for a in ACTIVATIONS[:3] for ls in LOSSES}
    assert any(1 in c.model.sizes for c in cases) and any(len(c.X) == 1 for c in cases)
    assert len({c.model.sizes for c in cases}) > 30
    assert all(p.dtype == np.float64 and p.data.any() for c in cases for p in c.model.parameters())


def test_the_same_generator_gives_the_same_cases():
    assert [str(c) for c in draw()] == [str(c) for c in draw()]
    assert [c.value() for c in draw()] == [c.value() for c in draw()]


def test_value_is_torchs_and_leaves_the_parameters_alone():
    for case in draw(27):
        assert case.value() == pytest.approx(case.torch().E.item(), abs=1e-13)
        before = [p.data for p in case.model.parameters()]
        other = case.value(*(a + 1 for a in before))
        assert case.loss_name != "mse_loss" or other != case.value()
        assert all(p.data is a for p, a in zip(case.model.parameters(), before, strict=True))


def test_pre_activations_keep_away_from_kinks():
    for case in draw(20, activation="relu"):
        assert all(np.abs(z.detach().numpy()).min() >= KINK for z in case.torch().Z[:-1])


def test_options_fix_what_they_name():
    for case in draw(5, examples=2, activation="tanh", loss_name="mse_loss", sizes=[2, 3]):
        assert (case.model.sizes, case.activation, case.loss_name) == ((2, 3), "tanh", "mse_loss")
        assert case.y.shape == (2, 3)


@pytest.mark.parametrize("options", [{"activation": "rellu"}, {"loss_name": "mse"}])
def test_unknown_names(options):
    with pytest.raises(ValueError, match="networks: name is"):
        draw(1, **options)
