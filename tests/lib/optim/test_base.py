"""What all optimizers share: flat memory, missing gradients, states, errors."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal

from derived import nn, optim
from derived.optim import base
from derived.optim.base import BLOCK
from derived.tensor import Tensor

SHAPES = [(3, 4), (), (1,), (BLOCK + 100,), (2, BLOCK // 2, 2)]
KINDS = {
    "SGD": (optim.SGD, torch.optim.SGD, {"lr": 0.1}),
    "momentum": (optim.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
    "Adam": (optim.Adam, torch.optim.Adam, {"lr": 0.1}),
    "AdamW": (optim.AdamW, torch.optim.AdamW, {"lr": 0.1}),
}


def make(kind, shapes=SHAPES):
    ours_class, theirs_class, options = KINDS[kind]
    arrays = [normal(*s, seed=k) for k, s in enumerate(shapes)]
    ours = [nn.Parameter(a.copy()) for a in arrays]
    theirs = [torch.nn.Parameter(torch.tensor(a)) for a in arrays]
    return ours, theirs, ours_class(ours, **options), theirs_class(theirs, **options)


def give_gradients(ours, theirs, seed, missing=()):
    for k, (p, q) in enumerate(zip(ours, theirs, strict=True)):
        g = normal(*p.shape, seed=1000 * seed + k)
        p.grad, q.grad = (None, None) if k in missing else (g, torch.tensor(g))


def assert_same(ours, theirs):
    for p, q in zip(ours, theirs, strict=True):
        close(p.data, q)


@pytest.mark.parametrize("kind", KINDS)
def test_models_larger_than_a_block(kind):
    ours, theirs, optimizer, their_optimizer = make(kind)
    for step in range(5):
        give_gradients(ours, theirs, step)
        optimizer.step(), their_optimizer.step()
    assert_same(ours, theirs)
    for p, shape in zip(ours, SHAPES, strict=True):
        assert p.shape == shape and p.dtype == np.float64


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [{0: (0,)}, {3: (1, 2)}, {0: (0, 1, 2), 1: (1, 2)}, {2: (0,), 4: (0,), 5: (1,)}])
def test_parameters_without_gradients_keep_their_own_count(kind, missing):
    ours, theirs, optimizer, their_optimizer = make(kind, [(3, 4), (2,), ()])
    for step in range(8):
        give_gradients(ours, theirs, step, missing.get(step, ()))
        optimizer.step(), their_optimizer.step()
        assert_same(ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_parameter_that_never_has_a_gradient_stays(kind):
    ours, theirs, optimizer, their_optimizer = make(kind, [(3, 4), (2,), ()])
    before = ours[1].data.copy()
    for step in range(3):
        give_gradients(ours, theirs, step, missing=(1,))
        optimizer.step(), their_optimizer.step()
    assert_same(ours, theirs)
    np.testing.assert_array_equal(ours[1].data, before)


@pytest.mark.parametrize("kind", KINDS)
def test_the_learning_rate_may_change_between_steps(kind):
    ours, theirs, optimizer, their_optimizer = make(kind, [(3, 4)])
    for step, lr in enumerate([0.1, 0.01, 0.0, 0.5]):
        optimizer.lr = their_optimizer.param_groups[0]["lr"] = lr
        give_gradients(ours, theirs, step)
        optimizer.step(), their_optimizer.step()
        assert_same(ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_two_optimizers_on_the_same_parameters(kind):
    ours, theirs, optimizer, their_optimizer = make(kind, [(3, 4), (2,)])
    second, their_second = optim.SGD(ours[:1], lr=0.3), torch.optim.SGD(theirs[:1], lr=0.3)
    for step in range(6):
        give_gradients(ours, theirs, step)
        for a, b in [(optimizer, their_optimizer), (second, their_second)][:: 1 if step % 2 else -1]:
            a.step(), b.step()
        assert_same(ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_loaded_into_the_model_in_place_is_what_is_updated(kind):
    model = nn.MLP((4, 3, 2), rng=np.random.default_rng(0), dtype=np.float64)
    optimizer = KINDS[kind][0](model.parameters(), **KINDS[kind][2])
    start = model.state_dict()
    for p in model.parameters():
        p.grad = np.ones(p.shape)
    optimizer.step()
    model.load_state_dict(start)
    optimizer.lr = 0.0
    optimizer.step()
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, start[name])
    model.parameters()[0].data = np.full((3, 4), 9.0)  # a new array is taken over, too
    optimizer.step()
    np.testing.assert_array_equal(model.parameters()[0].data, np.full((3, 4), 9.0))


@pytest.mark.parametrize("kind", KINDS)
def test_training_goes_on_from_a_saved_state(kind):
    ours, theirs, optimizer, _ = make(kind, [(3, 4), (2,)])
    for step in range(3):
        give_gradients(ours, theirs, step, missing=(1,) if step == 0 else ())
        optimizer.step()
    saved, values = optimizer.state_dict(), [p.data.copy() for p in ours]
    copies = [nn.Parameter(v) for v in values]
    other = KINDS[kind][0](copies, lr=77.0, **{k: v for k, v in KINDS[kind][2].items() if k != "lr"})
    other.load_state_dict(saved)
    assert other.lr == 0.1
    for step in range(3, 6):
        give_gradients(ours, theirs, step), give_gradients(copies, theirs, step)
        optimizer.step(), other.step()
    for p, q in zip(ours, copies, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_saved_state_is_a_copy_and_a_wrong_one_changes_nothing():
    ours, theirs, optimizer, _ = make("Adam", [(3,), (2,)])
    give_gradients(ours, theirs, 0)
    optimizer.step()
    saved = optimizer.state_dict()
    saved["state"]["m"][...] = 7
    assert (optimizer.state["m"] != 7).all()
    good = optimizer.state_dict()
    for change, message in [
        ({"state": {}}, r"load_state_dict: state has \[\], expected \['m', 'v'\]"),
        (
            {"state": {"m": good["state"]["m"], "v": np.ones(3)}},
            r"load_state_dict: v has shape \(3,\), expected \(5,\)",
        ),
        ({"steps": [1]}, "load_state_dict: steps of 1 parameters, expected 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            optimizer.load_state_dict({**good, "lr": 5.0, **change})
        assert optimizer.lr == 0.1


def test_zero_grad_and_nothing_to_do():
    ours, theirs, optimizer, _ = make("Adam", [(3,)])
    give_gradients(ours, theirs, 0)
    optimizer.zero_grad()
    assert ours[0].grad is None
    before = ours[0].data.copy()
    optimizer.step()
    np.testing.assert_array_equal(ours[0].data, before)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_stays_float32(kind):
    p = nn.Parameter(np.ones(5, np.float32))
    optimizer = KINDS[kind][0]([p], **KINDS[kind][2])
    p.grad = np.ones(5, np.float32)
    optimizer.step()
    assert p.dtype == np.float32 and all(v.dtype == np.float32 for v in optimizer.state.values())


def test_gradients_of_any_memory_layout():
    ours, theirs, optimizer, their_optimizer = make("SGD", [(3, 4), ()])
    g = normal(4, 3)
    ours[0].grad, theirs[0].grad = g.T, torch.tensor(g.T.copy())
    ours[1].grad, theirs[1].grad = np.float64(2.0), torch.tensor(2.0).double()
    optimizer.step(), their_optimizer.step()
    assert_same(ours, theirs)


def test_the_update_of_a_subclass_is_all_it_needs():
    class Sign(optim.Optimizer):
        def update(self, w, g):
            w -= self.lr * np.sign(g)

    p = nn.Parameter(np.zeros(3))
    p.grad = np.array([5.0, -0.1, 0.0])
    Sign([p], lr=0.5).step()
    close(p.data, [-0.5, 0.5, 0.0])
    with pytest.raises(NotImplementedError):
        optimizer = optim.Optimizer([p], lr=0.5)
        optimizer.step()


def test_pieces_for_a_blas_of_several_threads_give_the_same(monkeypatch):
    results = []
    for length in (BLOCK, 7):
        monkeypatch.setattr(base, "_axpy_length", lambda length=length: length)
        p = nn.Parameter(np.linspace(-1, 1, 20))
        optimizer = optim.Adam([p], lr=0.1)
        for _ in range(3):
            p.grad = np.cos(3 * p.data)
            optimizer.step()
        results.append(p.data.copy())
    np.testing.assert_allclose(*results, rtol=1e-14)


@pytest.mark.parametrize(("threads", "length"), [((1, 1), BLOCK), ((1, 2), 10_000)])
def test_the_threads_of_blas_decide_how_much_it_is_given(threads, length, monkeypatch):
    pools = [{"user_api": "blas", "num_threads": n} for n in threads] + [{"user_api": "openmp", "num_threads": 8}]
    monkeypatch.setattr(base, "threadpool_info", lambda: pools)
    assert base._axpy_length.__wrapped__() == length


def test_bad_parameters_are_named():
    p, q = nn.Parameter(np.ones(2)), nn.Parameter(np.ones(2, np.float32))
    for params, message in [
        ([], "SGD: params is empty"),
        ([np.ones(2)], "SGD: params must be tensors that require a gradient"),
        ([Tensor(np.ones(2))], "SGD: params must be tensors that require a gradient"),
        ([p * 2], "SGD: params must be tensors that require a gradient and are no results"),
        ([p, p], "SGD: params has a tensor twice"),
        ([p, q], r"SGD: params have dtypes \['float32', 'float64'\], expected one"),
    ]:
        with pytest.raises(ValueError, match=message):
            optim.SGD(params)
    with pytest.raises(ValueError, match="SGD: params have dtype float16, expected float32 or float64"):
        optim.SGD([nn.Parameter(np.ones(2, np.float16))])
    with pytest.raises(ValueError, match="SGD: lr is -1, expected a number >= 0"):
        optim.SGD([p], lr=-1)
    with pytest.raises(ValueError, match="lr is nan"):
        optim.Adam([p], lr=float("nan"))
