"""Initialisers against torch.nn.init: fans and limits exactly, moments within four standard errors."""

import re

import numpy as np
import pytest
import torch

from derived import initialization as init

SHAPE = (300, 200)
N = SHAPE[0] * SHAPE[1]
UNIFORM = {
    "xavier_uniform": torch.nn.init.xavier_uniform_,
    "he_uniform": torch.nn.init.kaiming_uniform_,
    "torch_default": lambda w: torch.nn.init.kaiming_uniform_(w, a=5**0.5),
    "lecun_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
    "unit_uniform": lambda w: torch.nn.init.uniform_(w, -1, 1),
    "reciprocal_uniform": lambda w: torch.nn.init.uniform_(w, -1 / w.shape[1], 1 / w.shape[1]),
}
NORMAL = {
    "xavier_normal": torch.nn.init.xavier_normal_,
    "he_normal": torch.nn.init.kaiming_normal_,
    "lecun_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "small_normal": lambda w: torch.nn.init.normal_(w, 0, 0.01),
}


def torch_draw(fill, shape=SHAPE) -> np.ndarray:
    torch.manual_seed(0)
    return fill(torch.empty(*shape, dtype=torch.float64)).numpy()


def same_spread(ours, theirs) -> bool:
    """Equal second moments within four standard errors of their difference, and a mean of zero within four."""
    squares = [np.asarray(w, np.float64).ravel() ** 2 for w in (ours, theirs)]
    error = np.sqrt(sum(s.var() / s.size for s in squares))
    mean, scatter = np.mean(ours, dtype=np.float64), np.std(ours, dtype=np.float64) / np.sqrt(np.size(ours))
    return abs(squares[0].mean() - squares[1].mean()) <= 4 * error and abs(mean) <= 4 * scatter


@pytest.mark.parametrize("shape", [(10, 64), (1, 1), (16, 6, 5, 5), (8, 3, 3), (7, 1, 2, 3, 4)])
def test_fans_are_torchs(shape):
    assert init.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(*shape))


@pytest.mark.parametrize("shape", [(5,), (), (0, 3), (3, 0)])
def test_fans_of_what_is_no_weight(shape):
    with pytest.raises(ValueError, match=re.escape(f"fans: shape is {shape}, expected (out, in, *kernel)")):
        init.fans(shape)


@pytest.mark.parametrize("name", UNIFORM | NORMAL)
@pytest.mark.parametrize("shape", [SHAPE, (200, 12, 5, 5)])
def test_spread_is_torchs(name, shape):
    if len(shape) > 2 and name == "reciprocal_uniform":
        pytest.skip("stated above for linear layers")
    ours = init.by_name(name)(shape, np.random.default_rng(1), np.float64)
    theirs = torch_draw((UNIFORM | NORMAL)[name], shape)
    assert same_spread(ours, theirs)
    assert not same_spread(1.05 * ours, theirs)  # five per cent are seen


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_limits_are_torchs(name):
    """The largest of N uniform numbers misses the limit by a share of about 1/N."""
    ours = np.abs(init.by_name(name)(SHAPE, np.random.default_rng(2), np.float64)).max()
    theirs = np.abs(torch_draw(UNIFORM[name])).max()
    assert ours == pytest.approx(theirs, rel=20 / N)


def test_torch_default_is_what_linear_starts_from():
    torch.manual_seed(0)
    theirs = torch.nn.Linear(200, 300, dtype=torch.float64).weight.detach().numpy()
    assert same_spread(init.torch_default(SHAPE, np.random.default_rng(0), np.float64), theirs)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "selu"])
def test_gains_are_torchs(name):
    assert init.gain_of(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


def test_gain_of_leaky_relu_and_of_unknown_names():
    for slope in (0.01, 0.2):
        theirs = torch.nn.init.calculate_gain("leaky_relu", slope)
        assert init.gain_of("leaky_relu", slope) == pytest.approx(theirs, rel=1e-15)
    with pytest.raises(ValueError, match=r"gain_of: nonlinearity is 'rely'.*did you mean 'relu'\?"):
        init.gain_of("rely")


@pytest.mark.parametrize(
    ("name", "parameters", "fill"),
    [
        ("xavier_uniform", {"gain": 5 / 3}, lambda w: torch.nn.init.xavier_uniform_(w, gain=5 / 3)),
        ("xavier_normal", {"gain": 0.5}, lambda w: torch.nn.init.xavier_normal_(w, gain=0.5)),
        ("he_uniform", {"a": 0.5}, lambda w: torch.nn.init.kaiming_uniform_(w, a=0.5)),
        ("he_normal", {"a": 0.5}, lambda w: torch.nn.init.kaiming_normal_(w, a=0.5)),
        ("uniform", {"low": -0.3, "high": 0.3}, lambda w: torch.nn.init.uniform_(w, -0.3, 0.3)),
        ("normal", {"std": 0.3}, lambda w: torch.nn.init.normal_(w, std=0.3)),
    ],
)
def test_parameters(name, parameters, fill):
    ours = init.by_name(name, **parameters)(SHAPE, np.random.default_rng(3), np.float64)
    assert same_spread(ours, torch_draw(fill))


def test_normal_with_a_mean():
    draws = init.normal(0.5, mean=2.0)((400, 400), np.random.default_rng(0), np.float64)
    assert abs(draws.mean() - 2) < 4 * 0.5 / 400


@pytest.mark.parametrize("name", [*init._INITIALISERS, "constant", "uniform", "normal"])
def test_dtype_shape_and_reproducibility(name):
    parameters = {"constant": {"value": 0.5}, "uniform": {"low": -1, "high": 1}, "normal": {"std": 1}}
    make = init.by_name(name, **parameters.get(name, {}))
    single = make((3, 4, 2), np.random.default_rng(5))
    double = make((3, 4, 2), np.random.default_rng(5), np.float64)
    assert single.shape == double.shape == (3, 4, 2)
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    assert np.array_equal(single, double.astype(np.float32))


def test_constants():
    assert not init.zeros((2, 3)).any()
    assert (init.constant(0.25)((2, 3)) == 0.25).all()


def test_two_layers_from_one_generator_differ():
    rng = np.random.default_rng(0)
    assert not np.array_equal(init.he_normal((4, 4), rng), init.he_normal((4, 4), rng))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init.by_name("he_norma"), "did you mean 'he_normal'?"),
        (lambda: init.by_name("normal"), "by_name: 'normal' with parameters []"),
        (lambda: init.by_name("he_normal", gain=2), "by_name: 'he_normal' with parameters ['gain']"),
        (lambda: init.uniform(1, -1), "uniform: low is 1 and high is -1, expected low <= high"),
        (lambda: init.normal(-1), "normal: std is -1, expected a number >= 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
