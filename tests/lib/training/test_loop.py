"""fit against a loop in PyTorch, and everything that can go wrong on the way."""

import re
import signal

import numpy as np
import pytest
import torch

from derived import nn, ops, optim
from derived.data import Batches, blobs, load_digits_split
from derived.schedules import Scheduler, StepLR
from derived.training import EarlyStopping, TrainingDiverged, accuracy, fit, train_step

X, Y = blobs(60, [[-2, 0], [2, 0], [0, 3]], rng=np.random.default_rng(0), dtype=np.float64)


def network(seed=0):
    return nn.MLP([2, 8, 3], "tanh", rng=np.random.default_rng(seed), dtype=np.float64)


def training(seed=0, lr=0.1, momentum=0.9, batch_size=16, x=X, y=Y):
    """Model, loss, optimizer, batches: the first arguments of fit."""
    model = network(seed)
    batches = Batches(x, y, batch_size, np.random.default_rng(seed))
    return model, ops.cross_entropy, optim.SGD(model.parameters(), lr, momentum), batches


def test_weights_and_losses_are_those_of_a_loop_in_torch():
    model = network()
    torch_model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()
    torch_model.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    torch_optimizer = torch.optim.SGD(torch_model.parameters(), 0.1, 0.9)
    batches = Batches(X, Y, 16, shuffle=False)
    losses = []
    for _ in range(4):
        for x, y in batches:
            torch_optimizer.zero_grad()
            value = torch.nn.functional.cross_entropy(torch_model(torch.tensor(x)), torch.tensor(y))
            value.backward()
            torch_optimizer.step()
            losses.append(value.item())
    history = fit(model, ops.cross_entropy, optim.SGD(model.parameters(), 0.1, 0.9), batches, 4)
    for ours, theirs in zip(model.parameters(), torch_model.parameters(), strict=True):
        assert np.allclose(ours.data, theirs.detach().numpy(), atol=1e-12, rtol=0)
    assert np.allclose(history.step_losses, losses, atol=1e-12, rtol=0)
    per_epoch = np.reshape(losses, (4, 4)) @ np.array([16, 16, 16, 12]) / 60
    assert np.allclose(history["loss"], per_epoch, atol=1e-12, rtol=0)
    assert not np.allclose(history["loss"], np.reshape(losses, (4, 4)).mean(axis=1), atol=1e-6, rtol=0)


def test_digits_reach_what_the_book_expects():
    X_train, X_test, y_train, y_test = load_digits_split()
    rng = np.random.default_rng(0)
    model = nn.MLP([64, 64, 10], rng=rng)
    history = fit(
        model, ops.cross_entropy, optim.Adam(model.parameters(), 3e-3), Batches(X_train, y_train, 64, rng), 12
    )
    assert accuracy(model, X_test, y_test) > 0.94
    assert history["loss"][-1] < 0.2 * history["loss"][0]
    assert all(p.dtype == np.float32 for p in model.parameters())


def test_deterministic_under_a_fixed_seed():
    def losses(seed):
        return fit(*training(seed), 3).step_losses

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


def test_train_step_returns_the_loss_before_the_step():
    model, loss, optimizer, _ = training()
    before = loss(model(X), Y).item()
    assert train_step(model, loss, optimizer, X, Y) == before
    assert loss(model(X), Y).item() < before


def test_validation_is_measured_after_each_epoch_without_training():
    seen = []

    def look(epoch, model, history):
        seen.append(
            (epoch, history.epochs, accuracy(model, X[:20], Y[:20]), ops.cross_entropy(model(X[20:]), Y[20:]).item())
        )

    sets = {"train": (X[20:], Y[20:]), "dev": (X[:20], Y[:20])}
    model, *rest = training(x=X[20:], y=Y[20:])
    history = fit(model, *rest, 3, validation=sets, metrics={"accuracy": accuracy}, callbacks=[look])
    assert [row[:2] for row in seen] == [(1, 1), (2, 2), (3, 3)]
    assert history.keys() == ["loss", "train_loss", "train_accuracy", "dev_loss", "dev_accuracy"]
    assert history["dev_accuracy"].tolist() == [row[2] for row in seen]
    assert np.allclose(history["train_loss"], [row[3] for row in seen], rtol=1e-12)
    plain = training(x=X[20:], y=Y[20:])
    fit(*plain, 3)
    for a, b in zip(model.parameters(), plain[0].parameters(), strict=True):
        assert np.array_equal(a.data, b.data)


def test_training_mode_during_epochs_and_evaluation_mode_in_validation():
    modes = []

    class Spy(nn.Module):
        def __init__(self):
            self.inner = network()

        def forward(self, x):
            modes.append((self.training, self.inner.training))
            return self.inner(x)

    model = Spy().eval()  # fit must switch to training mode itself
    fit(model, ops.cross_entropy, optim.SGD(model.parameters(), 0.1), [(X, Y)], 2, validation=(X, Y))
    assert modes == [(True, True), (False, False)] * 2
    assert model.training and model.inner.training


def test_early_stopping_stops_and_restores_the_best_weights():
    states = []
    model, loss, optimizer, batches = training(lr=0.05)
    noise = np.random.default_rng(1).integers(3, size=60)
    history = fit(
        model, loss, optimizer, batches, 500,
        validation=(X[::-1], noise), early_stopping=EarlyStopping(patience=3),
        callbacks=[lambda epoch, model, history: states.append(model.state_dict())],
    )  # fmt: skip
    losses = history["validation_loss"]
    best = int(losses.argmin())
    assert history.stopped_early and history.epochs == best + 1 + 3 == len(states) < 500
    assert history.best_epoch == best + 1
    for name, array in model.state_dict().items():
        assert np.array_equal(array, states[best][name])
        assert not np.array_equal(array, states[-1][name])
    assert loss(model(X[::-1]), noise).item() == pytest.approx(losses[best], rel=1e-12)


def test_the_best_weights_are_restored_without_a_stop_too():
    stopping = EarlyStopping(patience=100, monitor="validation_accuracy", mode="max")
    history = fit(*training(), 5, validation=(X, Y), metrics={"accuracy": accuracy}, early_stopping=stopping)
    assert not history.stopped_early and history.epochs == 5
    assert history.best_epoch == int(history["validation_accuracy"].argmax()) + 1
    assert f"weights of epoch {history.best_epoch}" in repr(history)


@pytest.fixture
def listening():
    """What started in the background ignores SIGINT, also the Python that runs these tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("stop", [False, True])
def test_ctrl_c_keeps_history_and_weights(capsys, stop):
    """A real SIGINT in the second batch of the third epoch."""
    model, loss, optimizer, batches = training()
    calls, states = [], []

    def interrupted(output, y):
        calls.append(1)
        states.append(model.state_dict())
        if len(calls) == 2 * len(batches) + 2:
            signal.raise_signal(signal.SIGINT)
        return loss(output, y)

    stopping = EarlyStopping(monitor="loss") if stop else None
    history = fit(model, interrupted, optimizer, batches, 10, early_stopping=stopping)
    assert history.interrupted and history.epochs == 2 and len(history.step_losses) == 2 * 4 + 1
    assert "interrupted after 2 of 10 epochs; history and weights so far are kept" in capsys.readouterr().out
    for name, array in model.state_dict().items():
        assert np.array_equal(array, states[-1][name])
    assert "interrupted" in repr(history)
    if stop:
        stopping.restore(model)


def test_a_learning_rate_that_is_too_large_is_named_with_its_place():
    model, loss, _, batches = training()
    with pytest.raises(
        TrainingDiverged, match=r"fit: no finite loss in epoch \d+, batch \d: the learning rate"
    ) as caught:
        fit(model, lambda z, y: ops.mse_loss(z, np.eye(3)[y]), optim.SGD(model.parameters(), 1e200), batches, 50)
    error = caught.value
    assert len(error.history.step_losses) == 4 * (error.epoch - 1) + error.batch - 1 >= 1
    assert isinstance(error, FloatingPointError)


def test_a_loss_that_says_nothing_is_watched_and_the_weights_stay():
    model, _, optimizer, batches = training()
    before = model.state_dict()
    with pytest.raises(TrainingDiverged, match=r"epoch 1, batch 1.*the loss is nan"):
        fit(model, lambda z, y: z.sum() * np.nan, optimizer, batches, 2)
    assert all(np.array_equal(a, before[name]) for name, a in model.state_dict().items())


def test_inputs_that_are_not_finite_are_told_from_divergence():
    x = X.copy()
    x[30, 1] = np.nan
    with pytest.raises(TrainingDiverged, match=r"epoch 1, batch \d: the inputs are not finite"):
        fit(*training(x=x), 2)
    with pytest.raises(
        TrainingDiverged, match=r"in set 'validation' after epoch 1: the inputs are not finite"
    ) as caught:
        fit(*training(), 2, validation=(x, Y))
    assert len(caught.value.history.step_losses) == 4 and caught.value.batch == 0


def test_weights_that_are_not_finite_from_the_start():
    model, *rest = training()
    model[0].weight.data[0, 0] = np.inf
    model[0].bias.data[0] = np.nan
    with pytest.raises(TrainingDiverged, match=r"epoch 1, batch 1: the weights are not finite, or too large, before"):
        fit(model, *rest, 2)


def test_other_errors_keep_their_kind_and_get_place_and_history():
    labels = Y.copy()
    labels[50] = 3
    model, loss, optimizer, _ = training()
    with pytest.raises(ValueError, match="cross_entropy: labels has 3 at index 2") as caught:
        fit(model, loss, optimizer, Batches(X, labels, 16, shuffle=False), 2)
    assert caught.value.__notes__ == ["in fit, epoch 1, batch 4"]
    assert len(caught.value.history.step_losses) == 3


def once():
    yield X, Y


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "fit: epochs is 0, expected an integer >= 1"),
        ({"epochs": 2.5}, "fit: epochs is 2.5, expected an integer >= 1"),
        ({"batches": []}, "fit: batches gave none in epoch 1, expected an iterable that starts anew each time"),
        ({"batches": once()}, "fit: batches gave none in epoch 2, expected an iterable that starts anew"),
        ({"metrics": {"accuracy": accuracy}}, "fit: metrics need a validation set"),
        ({"metrics": accuracy, "validation": (X, Y)}, "fit: metrics is a function, expected a dict"),
        ({"validation": X}, "fit: validation 'validation' is a ndarray, expected a pair (X, y)"),
        ({"validation": {"dev": (X, Y, 1)}}, "fit: validation 'dev' is a tuple, expected a pair"),
        ({"validation": (X, Y[:9])}, "evaluate: y has shape (9,), expected 60 rows as in X (60, 2)"),
        ({"early_stopping": EarlyStopping()}, "early_stopping.monitor is 'validation_loss', expected one of 'loss'"),
        (
            {"early_stopping": EarlyStopping(monitor="dev_los"), "validation": {"dev": (X, Y)}},
            "expected one of 'loss', 'dev_loss' (did you mean 'dev_loss'?)",
        ),
    ],
)
def test_bad_input(options, message):
    model, loss, optimizer, batches = training()
    options = {"batches": batches, "epochs": 2} | options
    with pytest.raises(ValueError, match=re.escape(message)):
        fit(model, loss, optimizer, **options)


def test_the_scheduler_steps_after_every_batch_as_in_a_loop_in_torch():
    model, loss, optimizer, _ = training(lr=9.0)
    twin = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()
    twin.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    theirs = torch.optim.SGD(twin.parameters(), 0.2, 0.9)
    halving = torch.optim.lr_scheduler.StepLR(theirs, 3, 0.5)
    batches = Batches(X, Y, 16, shuffle=False)
    for _ in range(3):
        for x, y in batches:
            theirs.zero_grad()
            torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(y)).backward()
            theirs.step(), halving.step()
    scheduler = Scheduler(optimizer, StepLR(0.2, 3, 0.5))
    fit(model, loss, optimizer, batches, 3, scheduler=scheduler)
    assert scheduler.last_epoch == 3 * len(batches) and optimizer.lr == theirs.param_groups[0]["lr"]
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        assert np.allclose(p.data, q.detach().numpy(), atol=1e-12)
    fixed = training(lr=0.2)
    fit(*fixed[:3], batches, 3)
    assert not np.allclose(fixed[0].parameters()[0].data, model.parameters()[0].data)
