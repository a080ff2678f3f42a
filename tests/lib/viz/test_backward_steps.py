"""The 2-2-1 network: numbers as in torch, one step more in each picture."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from derived.viz.backward_steps import STEPS, draw_step, passes

EXAMPLE = ((2, -1), ((0.5, -0.3), (0.2, 0.8)), (1.5, -2), 1.0)


def test_values_and_gradients_are_torchs():
    x, W, v = (torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in EXAMPLE[:3])
    z = W @ x
    h = torch.sigmoid(z)
    top = v @ h
    p = torch.sigmoid(top)
    E = 0.5 * (p - 1.0) ** 2
    found = dict(z=z, h=h, top=top, p=p)
    for t in found.values():
        t.retain_grad()
    E.backward()
    values, gradients = passes(*EXAMPLE)
    assert values["E"] == pytest.approx(E.item(), abs=1e-15) and gradients["E"] == 1
    assert [gradients[n] for n in ("w11", "w12", "w21", "w22")] == pytest.approx(W.grad.numpy().ravel(), abs=1e-15)
    assert [gradients[n] for n in ("v1", "v2")] == pytest.approx(v.grad.numpy(), abs=1e-15)
    for name in ("z", "h"):
        assert [values[f"{name}{k}"] for k in (1, 2)] == pytest.approx(found[name].detach().numpy(), abs=1e-15)
        assert [gradients[f"{name}{k}"] for k in (1, 2)] == pytest.approx(found[name].grad.numpy(), abs=1e-15)
    assert gradients["z"] == pytest.approx(top.grad.item()) and gradients["p"] == pytest.approx(p.grad.item())
    assert "x1" not in gradients


def test_each_step_shows_more():
    shown = []
    for step in range(len(STEPS)):
        ax = draw_step(step, *EXAMPLE)
        shown.append([t.get_text() for t in ax.texts])
        assert ax.get_title(loc="left").startswith(f"{step + 1} of 10") and STEPS[step][0] in ax.get_title(loc="left")
        plt.close(ax.figure)
    counts = [len(texts) for texts in shown]
    assert np.all(np.diff(counts) > 0)
    assert sum(text.startswith("∂") for text in shown[4]) == 0
    assert sum(text.startswith("∂") for text in shown[-1]) == 13  # 7 units, 6 weights
    assert "∂ −0.0496" in shown[-1] and "w₁₁ = 0.5" in shown[0]


def test_labels_stay_short():
    x, W, v, y = EXAMPLE
    ax = draw_step(9, (0.0, -1.0), W, v, y)
    assert "∂ −0" not in (labels := [t.get_text() for t in ax.texts]) and "∂ 0" in labels
    ax = draw_step(9, x, 6 * np.array(W), 6 * np.array(v), y)
    assert "∂ −1.1e−7" in [t.get_text() for t in ax.texts]
    plt.close("all")


@pytest.mark.parametrize("step", [-1, 10])
def test_no_such_step(step):
    with pytest.raises(ValueError, match=f"draw_step: step is {step}, expected 0 to 9"):
        draw_step(step, *EXAMPLE)


def test_other_shapes():
    with pytest.raises(ValueError, match="passes: x, W, v have shapes"):
        passes((1, 2, 3), *EXAMPLE[1:])
