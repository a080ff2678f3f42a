"""The game's value and gradients against torch, the best discriminator against Bayes, training on easy data."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from derived.tensor import Tensor
from derived.topics import gan, two_player
from derived.topics.digit_gan import DigitGenerator, digit_gans
from derived.topics.gan_ring import falling_noise, ring_gans
from derived.topics.restarts import StackedMLP


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5)])
def test_losses_and_gradients_are_torchs(shape):
    rng = np.random.default_rng(len(shape))
    r, f = 3 * rng.standard_normal((2, *shape))
    ours = [Tensor(r, requires_grad=True), Tensor(f, requires_grad=True)]
    theirs = [torch.tensor(r, requires_grad=True), torch.tensor(f, requires_grad=True)]
    value = F.logsigmoid(theirs[0]).mean(-1) + F.logsigmoid(-theirs[1]).mean(-1)
    np.testing.assert_allclose(gan.game_value(*ours).data, value.detach().numpy())
    np.testing.assert_allclose(gan.discriminator_loss(*ours).data, -value.detach().numpy())
    pairs = [(gan.game_value(*ours), value), (gan.generator_loss(ours[1]), -F.logsigmoid(theirs[1]).mean(-1)),
             (gan.generator_loss(ours[1], "minimax"), F.logsigmoid(-theirs[1]).mean(-1))]  # fmt: skip
    for a, b in pairs:
        ours[1].grad = None
        a.sum().backward()
        np.testing.assert_allclose(ours[1].grad, torch.autograd.grad(b.sum(), theirs[1])[0].numpy(), atol=1e-12)
    extreme = gan.game_value(np.array([-1000.0]), np.array([1000.0])).data
    assert extreme == pytest.approx(-2000)  # from probabilities this would be minus infinity


def test_the_optimal_discriminator_is_bayes_rule():
    p, q = np.array([0.2, 0.8, 0.0, 0.0]), np.array([0.6, 0.0, 0.4, 0.0])
    np.testing.assert_allclose(gan.optimal_discriminator(p, q), [0.25, 1, 0, 0.5])
    with pytest.raises(ValueError, match="negative"):
        gan.optimal_discriminator(-p, q)


def test_one_step_is_torchs_adam_in_turns():
    X = np.ones((1, 2))
    nets = [StackedMLP(2, sizes, "tanh", rng=np.random.default_rng(0)) for sizes in ([3, 4, 2], [2, 4, 1])]
    twins = [[torch.tensor(p.data.copy(), requires_grad=True) for p in net.parameters()] for net in nets]
    seen = []
    values = gan.train_gan(*nets, X, latent=3, steps=1, batch_size=5, lr=(0.1, 0.2), rng=np.random.default_rng(1),
                           look=seen.append)  # fmt: skip
    z = torch.tensor(np.random.default_rng(1).standard_normal((2, 5, 3), dtype=np.float32).astype(float))
    net = lambda P, x: torch.tanh(x @ P[0].mT + P[2]) @ P[1].mT + P[3]
    optimizers = [torch.optim.Adam(P, lr=lr, betas=(0.5, 0.9)) for P, lr in zip(twins, (0.1, 0.2), strict=True)]
    made, real = net(twins[0], z), torch.ones((2, 5, 2), dtype=torch.float64)
    value = (F.logsigmoid(net(twins[1], real)) + F.logsigmoid(-net(twins[1], made.detach()))).mean(dim=(1, 2))
    (-value.sum()).backward()
    optimizers[1].step()
    (-F.logsigmoid(net(twins[1], made)).mean(dim=(1, 2)).sum()).backward()
    optimizers[0].step()
    for ours, theirs in zip(nets, twins, strict=True):
        for a, b in zip(ours.parameters(), theirs, strict=True):
            np.testing.assert_allclose(a.data, b.detach().numpy(), atol=1e-8)
    np.testing.assert_allclose(values[0], value.detach().numpy())
    assert seen == [0, 1] and all(p.requires_grad for p in nets[1].parameters())


def test_a_shift_is_learnt():
    rng = np.random.default_rng(4)
    X = rng.normal(3, 1, (500, 1))
    G, D = StackedMLP(2, [1, 1], rng=rng), StackedMLP(2, [1, 8, 1], rng=rng)
    gan.train_gan(G, D, X, latent=1, steps=400, lr=(2e-2, 2e-2), noise=falling_noise(0.5), rng=rng)
    made = gan.generate(G, rng.standard_normal((2, 500, 1)))
    assert np.abs(made.mean(axis=1) - 3).max() < 1


def test_the_ring_run_has_its_shapes_and_repeats():
    run, again = (ring_gans(1, copies=2, steps=6, looks=3, n=20, start_noise=0.5) for _ in range(2))
    assert run.steps.tolist() == [0, 2, 4, 6] and run.samples.shape == (4, 2, 20, 2)
    assert run.coverage.covered.shape == (4, 2) and run.values.shape == (6, 2)
    np.testing.assert_array_equal(run.samples, again.samples)
    assert not np.array_equal(run.samples[-1], ring_gans(1, copies=2, steps=6, looks=3, n=20).samples[-1])


def test_falling_noise_ends_at_zero():
    noise = falling_noise(0.8)
    assert noise(0) == 0.8 and noise(1) == 0 and noise(0.5) == pytest.approx(0.4)
    early = falling_noise(0.8, 0.5)
    assert early(0.25) == pytest.approx(0.4) and early(0.5) == early(0.9) == 0


def test_digit_generators_make_pixels():
    makers = digit_gans(2, 0, steps=2)
    assert isinstance(makers, DigitGenerator)
    made = gan.generate(makers, np.zeros((2, 3, makers.latent), np.float32))
    assert made.shape == (2, 3, 64) and made.dtype == np.float32 and 0 < made.min() and made.max() < 1


@pytest.mark.parametrize("eta", [0.05, 0.5])
def test_two_players(eta):
    start = np.array([1.0, -0.5])
    paths = {rule: two_player.play(rule, start, eta, 20) for rule in two_player.RULES}
    w = complex(*start)
    for rule, factor in (("simultaneous", 1 + 1j * eta), ("extragradient", 1 + 1j * eta - eta**2)):
        theirs = w * factor ** np.arange(21)
        np.testing.assert_allclose(paths[rule], np.column_stack([theirs.real, theirs.imag]))
    kept = two_player.conserved(paths["alternating"], eta)
    np.testing.assert_allclose(kept, kept[0])
    assert np.ptp(two_player.conserved(paths["simultaneous"], eta)) > 1e-3
    with pytest.raises(ValueError, match="rule"):
        two_player.play("both", start, eta, 1)


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="kind"):
        gan.generator_loss(np.zeros(3), "minmax")
