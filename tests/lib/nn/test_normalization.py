"""The normalisation modules beside PyTorch: names, buffers, both modes."""

import copy

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived import nn, ops
from derived.parity import torch_twin


def pair(ours, theirs):
    """Give PyTorch's module the state of ours, in float64."""
    theirs = theirs.double()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    return ours, theirs


def same_state(ours, theirs):
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for name, array in ours.state_dict().items():
        close(array, state[name], what=name)


@pytest.mark.parametrize("options", [{}, {"eps": 0.1, "momentum": 0.5}, {"momentum": None}, {"affine": False},
                                     {"track_running_stats": False}])  # fmt: skip
@pytest.mark.parametrize(("kind", "shape"), [("BatchNorm1d", (5, 3)), ("BatchNorm1d", (5, 3, 4)),
                                             ("BatchNorm2d", (4, 3, 2, 5))])  # fmt: skip
def test_batch_norm_in_both_modes(kind, shape, options):
    ours, theirs = pair(getattr(nn, kind)(3, dtype=np.float64, **options), getattr(torch.nn, kind)(3, **options))
    for k in range(4):
        x = normal(*shape, seed=k) * (k + 1) + k
        close(ours(x).data, theirs(torch.tensor(x)))
        same_state(ours, theirs)
    ours.eval(), theirs.eval()
    close(ours(x).data, theirs(torch.tensor(x)))
    same_state(ours, theirs)


@pytest.mark.parametrize("options", [{}, {"eps": 0.1}, {"elementwise_affine": False}, {"bias": False}])
@pytest.mark.parametrize("shape", [4, (3, 4)])
def test_layer_norm(shape, options):
    ours, theirs = pair(nn.LayerNorm(shape, dtype=np.float64, **options), torch.nn.LayerNorm(shape, **options))
    close(ours(normal(2, 3, 4)).data, theirs(torch.tensor(normal(2, 3, 4))))
    same_state(ours, theirs)


def test_weight_norm_starts_as_the_module_was_and_has_torchs_gradients():
    layer = nn.Linear(4, 3, rng=rng(), dtype=np.float64)
    theirs = torch.nn.Linear(4, 3).double()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in layer.state_dict().items()})
    theirs = torch.nn.utils.parametrizations.weight_norm(theirs)
    x, before = normal(5, 4), layer(normal(5, 4)).data
    ours = nn.WeightNorm(layer)
    assert [n for n, _ in ours.named_parameters()] == ["weight_g", "weight_v", "module.bias"]
    close(ours(x).data, before, 1e-14)
    (ours(x) ** 2).sum().backward()
    (theirs(torch.tensor(x)) ** 2).sum().backward()
    weight = theirs.parametrizations.weight
    close(ours.weight_g.grad, weight.original0.grad)
    close(ours.weight_v.grad, weight.original1.grad)
    close(layer.bias.grad, theirs.bias.grad)
    close(copy.deepcopy(ours)(x).data, before, 1e-14)


def test_the_mlp_with_normalisation_trains_like_torchs():
    for norm in ("batch", "layer"):
        model = nn.MLP([3, 5, 4, 2], "tanh", rng=rng(), norm=norm, dtype=np.float64)
        twin = torch_twin(model)
        assert [m.bias is None for m in model.layers if isinstance(m, nn.Linear)] == [norm == "batch"] * 2 + [False]
        for k in range(5):
            X, y = normal(6, 3, seed=k), rng(k).integers(0, 2, 6)
            model.zero_grad(), twin.zero_grad()
            ops.cross_entropy(model(X), y).backward()
            torch.nn.functional.cross_entropy(twin(torch.tensor(X)), torch.tensor(y)).backward()
            with torch.no_grad():
                for p, q in zip(model.parameters(), twin.parameters(), strict=True):
                    close(p.grad, q.grad)
                    p.data -= 0.3 * p.grad
                    q -= 0.3 * q.grad
        same_state(model, twin)
        close(model.eval()(X).data, twin.eval()(torch.tensor(X)))


def test_buffers_travel_with_the_state_and_are_loaded_in_place():
    model = nn.Sequential(nn.Linear(3, 4, rng=rng()), nn.BatchNorm1d(4))
    assert [n for n, _ in model.named_buffers()] == ["1.running_mean", "1.running_var", "1.num_batches_tracked"]
    assert len(model.parameters()) == 4
    state, running = model.state_dict(), model[1].running_mean
    model(normal(6, 3).astype(np.float32))
    assert running.any() and not state["1.running_mean"].any() and model[1].num_batches_tracked == 1
    model.load_state_dict(state)
    assert model[1].running_mean is running and not running.any() and model[1].num_batches_tracked == 0
    assert "running" not in "".join(nn.BatchNorm1d(2, track_running_stats=False).state_dict())


def test_what_does_not_fit_is_named():
    for call, message in [
        (lambda: nn.BatchNorm1d(3)(normal(2, 3, 4, 5)), r"BatchNorm1d: x has shape \(2, 3, 4, 5\), expected 2 or 3"),
        (lambda: nn.BatchNorm2d(3)(normal(2, 3)), r"BatchNorm2d: x has shape \(2, 3\), expected 4"),
        (lambda: nn.BatchNorm1d(0), "num_features is 0"),
        (lambda: nn.LayerNorm((3, 0)), r"normalized_shape is \(3, 0\)"),
        (lambda: nn.WeightNorm(nn.ReLU()), "WeightNorm: ReLU has no parameter weight"),
        (lambda: nn.MLP([2, 3, 1], rng=rng(), norm="bach"), "batch"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
