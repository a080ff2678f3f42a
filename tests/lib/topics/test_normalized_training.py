"""Training runs on blobs: the same start and batches for every kind, scores, shifts, refreshed statistics."""

import numpy as np
from beside_torch import close

from derived import nn, ops, optim
from derived.data import Batches
from derived.exercises.normalization import batch_norm_backward
from derived.topics import normalized_training as trials
from derived.training import accuracy, fit

WIDTHS = [3, 8, 6, 2]


def data(n=200, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return (rng.standard_normal((n, 3)) + 2 * y[:, None]).astype(np.float32), y


def test_a_run_is_fit_with_the_same_seed():
    X, y = data()
    rng = np.random.default_rng(7)
    batches = Batches(X, y, 64, rng, drop_last=True)
    model = nn.MLP(WIDTHS, rng=rng, norm="batch")
    fit(model, ops.cross_entropy, optim.SGD(model.parameters(), lr=0.1), batches, 2)
    model.eval()
    ours = trials.train((X, y), WIDTHS, "batch", 0.1, 7, epochs=2).eval()
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, ours.state_dict()[name])
    assert trials.score(ours, X, y) == accuracy(model, X, y) > 0.6


def test_a_network_that_diverged_scores_nothing():
    X, y = data()
    model = trials.train((1e8 * X, y), WIDTHS, None, 1e8, 0, epochs=2)
    assert trials.score(model, 1e30 * X, y) == 0


def test_change_replaces_the_network_before_training():
    seen = []

    def change(model):
        seen.append(model)
        return nn.Sequential(*model.layers[:1], nn.ReLU(), nn.Linear(8, 2, rng=np.random.default_rng(0)))

    assert len(trials.train(data(), WIDTHS, None, 0.1, 0, epochs=1, change=change)) == 3 and len(seen) == 1


def test_dead_units_and_losses_are_seen_before_each_step():
    X, y = data()
    found = trials.watch_dead((X, y), WIDTHS, 0.1, 3, 5, "batch")
    assert found.shape == (5, 2) and found[0, 0] == 0 and found[-1, 1] < found[0, 1]
    np.testing.assert_array_equal(trials.watch_dead((X, y), WIDTHS, 0.1, 3, 5, "batch", every=2), found[::2])
    assert trials.watch_dead((X, y), WIDTHS, 30.0, 3, 12)[-1, 0] > 0.3


def test_means_shift_more_with_noise_and_little_with_batch_normalisation():
    shifts = {kind: trials.mean_shift(data(), WIDTHS, 0.1, 1, 20, norm, noise=noise)[1]
              for kind, norm, noise in (("plain", None, False), ("batch", "batch", False), ("noise", "batch", True))}
    assert shifts["batch"] < 0.2 * shifts["plain"] and shifts["noise"] > 0.3


def test_refreshed_statistics_are_those_of_the_data():
    X, y = data()
    model = trials.train((X, y), WIDTHS, "batch", 0.1, 0, epochs=1)
    weights = [p.data.copy() for p in model.parameters()]
    trials.refresh_statistics(model, X)
    U = X @ model[0].weight.data.T
    close(model[1].running_mean, U.mean(axis=0), 1e-5)
    close(model[1].running_var, U.var(axis=0, ddof=1), 1e-5)
    assert model[1].momentum == 0.1 and not model.training
    for p, before in zip(model.parameters(), weights, strict=True):
        np.testing.assert_array_equal(p.data, before)


def test_lengths_of_hidden_maps():
    model = nn.MLP(WIDTHS, rng=np.random.default_rng(0), norm="batch", dtype=np.float64)
    close(trials.hidden_lengths(model), [np.sum(model[k].weight.data ** 2) for k in (0, 3)])


def test_another_backward_pass_is_used_in_training():
    run = data(), WIDTHS, "batch", 0.1, 4
    right = trials.train(*run, change=trials.with_backward(batch_norm_backward.reference)).eval()
    wrong = trials.train(*run, change=trials.with_backward(lambda V, U, gamma, eps: (0 * V, 0 * gamma, 0 * gamma)))
    plain = trials.train(*run)
    for name, array in plain.eval().state_dict().items():
        if "tracked" not in name:  # the number of batches matters for momentum=None only
            close(right.state_dict()[name], array, 1e-4)
    start = nn.MLP(WIDTHS, rng=np.random.default_rng(4), norm="batch")
    assert np.array_equal(wrong[0].weight.data, start[0].weight.data)
    assert not np.array_equal(wrong[-1].weight.data, start[-1].weight.data)
