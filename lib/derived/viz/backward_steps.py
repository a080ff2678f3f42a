"""The smallest network worth differentiating by hand, drawn one step of its forward and backward pass at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from derived import ops
from derived.arguments import require
from derived.tensor import Tensor
from derived.viz.diagrams import draw_graph
from derived.viz.diagrams.canvas import note, short
from derived.viz.style import colors

__all__ = ["STEPS", "draw_step", "passes"]

# Plain letters: formulas would take most of the time that a slider's pictures need.
NODES = {"x1": "x₁", "x2": "x₂", "z1": "z₁", "z2": "z₂", "h1": "h₁", "h2": "h₂", "z": "z", "p": "ŷ", "E": "E"}
PLACES = {"x1": (0, 2), "x2": (0, 0), "z1": (1.7, 2), "z2": (1.7, 0), "h1": (2.7, 2), "h2": (2.7, 0), "z": (4.0, 1),
          "p": (5.0, 1), "E": (6.0, 1)}  # fmt: skip
WEIGHTS = {"w11": ("x1", "z1"), "w12": ("x2", "z1"), "w21": ("x1", "z2"), "w22": ("x2", "z2"), "v1": ("h1", "z"),
           "v2": ("h2", "z")}  # fmt: skip
UNITS = [("z1", "h1"), ("z2", "h2"), ("z", "p"), ("p", "E")]
STEPS = [
    ("forward: inputs", ("x1", "x2")),
    ("forward: weighted sums", ("z1", "z2")),
    ("forward: hidden units", ("h1", "h2")),
    ("forward: weighted sum and prediction", ("z", "p")),
    ("forward: loss", ("E",)),
    ("backward: start with 1, then the prediction", ("E", "p")),
    ("backward: error term of the output", ("z",)),
    ("backward: hidden units and the v", ("h1", "h2", "v1", "v2")),
    ("backward: error terms of the hidden units", ("z1", "z2")),
    ("backward: the w", ("w11", "w12", "w21", "w22")),
]
FORWARD = 5
BELOW = str.maketrans("12", "₁₂")


def passes(x: Sequence[float], W: Sequence[Sequence[float]], v: Sequence[float], y: float) -> tuple[dict, dict]:
    r"""All values and all gradients of :math:`E=\frac12(\hat y-y)^2,\ \hat y=\sigma(v^\top\sigma(Wx))`, from the tape.

    Parameters
    ----------
    x, W, v, y : two inputs, the 2 by 2 weights of the hidden units, their weights to the output, the target.

    Returns
    -------
    values, gradients : numbers by name: x1 x2 w11 w12 w21 w22 z1 z2 h1 h2 v1 v2 z p E (inputs have no gradient).
    """
    shapes = np.shape(x), np.shape(W), np.shape(v)
    require(shapes == ((2,), (2, 2), (2,)), "passes: x, W, v have shapes {}, {}, {}", *shapes)
    numbers = {"x1": x[0], "x2": x[1], "w11": W[0][0], "w12": W[0][1], "w21": W[1][0], "w22": W[1][1], "v1": v[0],
               "v2": v[1]}  # fmt: skip
    t = {name: Tensor(np.float64(value), requires_grad=name[0] != "x") for name, value in numbers.items()}
    t["z1"] = t["w11"] * t["x1"] + t["w12"] * t["x2"]
    t["z2"] = t["w21"] * t["x1"] + t["w22"] * t["x2"]
    t["h1"], t["h2"] = ops.sigmoid(t["z1"]), ops.sigmoid(t["z2"])
    t["z"] = t["v1"] * t["h1"] + t["v2"] * t["h2"]
    t["p"] = ops.sigmoid(t["z"])
    t["E"] = 0.5 * (t["p"] - y) ** 2
    for name in ("z1", "z2", "h1", "h2", "z", "p", "E"):
        t[name].retain_grad()
    t["E"].backward()
    return ({name: a.item() for name, a in t.items()},
            {name: float(a.grad) for name, a in t.items() if a.grad is not None})  # fmt: skip


def draw_step(step: int, x: Sequence[float], W: Sequence[Sequence[float]], v: Sequence[float], y: float,
              ax: Axes | None = None) -> Axes:  # fmt: skip
    """Draw the 2-2-1 network after ``step`` (0 to 9, see ``STEPS``): values in black, gradients in red after a ∂."""
    require(0 <= step < len(STEPS), "draw_step: step is {}, expected 0 to {}", step, len(STEPS) - 1)
    values, gradients = passes(x, W, v, y)
    done = [name for _, names in STEPS[: min(step + 1, FORWARD)] for name in names]
    pulled = [name for _, names in STEPS[FORWARD : step + 1] for name in names]
    edges = [*WEIGHTS.values(), *UNITS]
    ax = draw_graph(
        NODES, edges, positions=PLACES, values={name: values[name] for name in done},
        gradients={name: gradients[name] for name in pulled if name in NODES},
        highlight=[name for name in STEPS[step][1] if name in NODES], ax=ax,
    )  # fmt: skip
    for name, (start, end) in WEIGHTS.items():
        (a, b), (c, d) = ((2.1 * column, 1.75 * row) for column, row in (PLACES[start], PLACES[end]))
        part = 0.36 if name[0] == "w" else 0.5
        at = (a + part * (c - a), b + part * (d - b))
        note(ax, at, f"{name.translate(BELOW)} = {short(values[name])}", fontsize="small")
        if name in pulled:
            note(ax, (at[0], at[1] - 0.32), f"∂ {short(gradients[name])}", fontsize="small", color=colors.red)
    ax.figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 0.92))
    ax.set_title(f"{step + 1} of {len(STEPS)} – {STEPS[step][0]}", loc="left", x=0.05, color=colors.ink)
    return ax
