"""The benchmarks without their clock: registry and results, goals, agreement, gate, other libraries, the page."""

from __future__ import annotations

import io
import json
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from execution import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from benchmarks import peers, products, report, run, timing, tricks, workloads
from benchmarks.timing import Measure, Pair

RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
ONE = RESULTS["runs"]["1"]
#: What was set out to be reached (the beginning of a name, and the ratio to PyTorch).
GOALS = {"MLP 64-128-10, batch": 4, "MLP 784": 1.3, "logistic": 2.5, "LeNet": 1.15, "CNN": 2.5, "convolution": 0.7,
         "LSTM": 0.75, "GRU": 0.75, "transformer": 0.95, "GPT": 0.95, "GCN": 4, "Adam, a million parameters": 1,
         "SGD": 1, "peak memory": 3}  # fmt: skip


@pytest.fixture(scope="module")
def registry():
    return list(run.build())


def test_every_file_of_a_workload_has_its_place():
    files = {path.stem for path in (ROOT / "benchmarks" / "workloads").glob("*.py")} - {"__init__"}
    assert files == set(workloads.NAMES) and len(files) == len(workloads.NAMES)


def test_goals_are_those_that_were_set(registry):
    by_name = {work.name: work for work in registry}
    assert len(by_name) == len(registry)
    for start, goal in GOALS.items():
        found = [work.goal for name, work in by_name.items() if name.startswith(start)]
        assert found and set(found) == {goal}, start
    assert sum(name.startswith("convolution") for name in by_name) == 5
    assert {"batch norm", "layer norm"} <= {name[:10] for name in by_name}
    assert [work.most for work in registry if isinstance(work, Measure) and work.unit == "µs"] == [2.5]


def test_results_are_of_these_workloads(registry):
    for threads, measured in RESULTS["runs"].items():
        assert [row["name"] for row in measured["pairs"]] == [w.name for w in registry if isinstance(w, Pair)], threads
        assert len(measured["limits"]) == 3
    assert [row["name"] for row in ONE["measures"]] == [w.name for w in registry if isinstance(w, Measure)]
    assert [row["name"] for row in ONE["tricks"]] == [pair.name for pair in tricks.build()]
    assert {row["peer"] for row in ONE["peers"]} == set(peers.NAMES)
    assert {"processor", "cores", "blas", "versions"} <= set(RESULTS["machine"])


def test_results_hold_together(registry):
    goals = {work.name: work.goal for work in registry}
    for row in ONE["pairs"]:
        low, ratio, high = row["ratio"]
        assert 0 < low <= ratio <= high and row["goal"] == goals[row["name"]]
        assert row["met"] == (row["goal"] is None or round(ratio, 3) >= row["goal"])
        assert row["ours"] == sorted(row["ours"]) and row["agree"] <= 2e-3
    for row in ONE["peers"]:
        assert "failed" in row or row["agree"] < 1e-4
    assert {row["goal"] for row in ONE["peers"] if row.get("goal")} == {3, 5}


def test_the_gate_lets_through_what_is_near_its_goal_and_nothing_below():
    def found(ratio, memory):
        pair = {"name": "a", "ratio": [1, ratio, 9], "goal": 4}
        free, small = {"name": "b", "ratio": [0.1, 0.1, 0.1], "goal": None}, {"name": "c", "ratio": memory, "goal": 3}
        return {"pairs": [pair, free], "measures": [small, {"name": "µs", "ratio": 0.1, "goal": None, "most": 2.5}]}

    assert report.below(found(3.01, 2.3), {"a": 5, "c": 4.5}) == []
    assert len(report.below(found(2.99, 2.2), {"a": 5})) == 2
    assert report.below(found(1.51, 2.3), {"a": 2}) == [], "a goal that was missed before"
    assert "a reaches 1.49, under 75% of 2" in report.below(found(1.49, 2.3), {"a": 2})[0]
    assert report.reached().keys() >= {row["name"] for row in ONE["pairs"]}


def test_two_sides_that_disagree_are_not_timed():
    a = np.ones(3)
    pair = Pair("wrong", lambda: pytest.fail("timed"), lambda: pytest.fail("timed"), None, lambda: {"g": (a, 1.01 * a)})
    with pytest.raises(AssertionError, match="wrong: the two sides differ by 0.0099"):
        run.race(pair)
    assert timing.agreement(replace(pair, tolerance=0.1)) == pytest.approx(0.01 / 1.01)
    assert timing.largest_difference({"g": (a * np.nan, a)}) == np.inf
    with pytest.raises(ValueError, match="shape"):
        timing.largest_difference({"g": (a, a[:2])})


class Right:
    """A library that gives PyTorch's answers, off by a factor in the gradients or by another in a step."""

    KIND, DTYPE, LAYERS, LOSS = "NumPy", "float64", ("linear", "relu"), ("cross_entropy", "Adam")
    gradient, length = 1.0, 1.0

    def __init__(self, task):
        self.found, after = peers.reference(task)
        before = [np.array(a, float) for _, *rest in task.layers for a in rest]
        self.after = [b + self.length * (a - b) for a, b in zip(after, before, strict=True)]

    def gradients(self):
        return [self.gradient * g for g in self.found]

    def parameters(self):
        return self.after

    def step(self):
        pass


@pytest.fixture(scope="module")
def task(registry):
    return registry[0].task


def test_another_library_must_agree_in_gradients_and_in_a_step(task, registry):
    assert peers.check(Right(task), task) < 1e-12
    wrong = type("Wrong", (Right,), {"gradient": 1.001}), type("Slow", (Right,), {"length": 0.5})
    for network, said in zip(wrong, ("gradients differ", "a step differs"), strict=True):
        with pytest.raises(AssertionError, match=said):
            peers.check(network(task), task)
        peer = type("peer", (Right,), {"Network": network})
        assert said in run.against(registry[0], "peer", peer)["failed"]
    assert peers.can(Right, task) and not peers.can(Right, replace(task, loss="mse_loss"))


def test_goal_beside_other_libraries_is_that_of_the_fastest_numpy_library():
    rows = [{"name": "n", "kind": kind, "ratio": [r, r, r], "convolution": conv, "goal": None, "met": True}
            for kind, r, conv in [("NumPy", 9, True), ("NumPy", 4.9, True), ("compiler", 2, True)]]  # fmt: skip
    run.judge(rows)
    assert [(row["goal"], row["met"]) for row in rows] == [(None, True), (5.0, False), (None, True)]


def test_several_runs_are_put_together_as_medians_and_outermost_quartiles():
    def run_of(ratio, ours, best, **about):
        pair = {"name": "a", "ratio": [ratio - 1, ratio, ratio + 1], "goal": 4, "met": ratio >= 4, "flops": 7}
        measure = {"name": "b", "unit": "µs", "ours": ours, "ratio": 2.0, "most": 2.5, "goal": None, "met": ours <= 2.5}
        rows = [{"name": "n", "kind": "NumPy", "peer": peer, "ratio": [r, r, r], "convolution": False,
                 "goal": 3.0 if peer == best else None, "met": True, **(about if peer == "y" else {})}
                for peer, r in (("x", 2.0 if best == "x" else 3.5), ("y", 3.1))]  # fmt: skip
        return {"pairs": [pair], "measures": [measure], "peers": rows, "seconds": 10}

    found = run.together([run_of(3, 2.4, "y"), run_of(4.5, 2.6, "x"), run_of(4, 2.7, "x")])
    assert found["pairs"] == [{"name": "a", "ratio": [2, 4, 5.5], "goal": 4, "met": True, "flops": 7}]
    assert found["measures"][0]["ours"] == 2.6 and not found["measures"][0]["met"] and found["seconds"] == 30
    assert [(row["goal"], row["met"]) for row in found["peers"]] == [(3.0, False), (None, True)]
    broken = run.together([run_of(3, 2, "x"), run_of(3, 2, "x", failed="no such module")])
    assert broken["peers"][1]["failed"] == "no such module" and broken["peers"][0]["ratio"] == [2, 2, 2]
    again = run.together([ONE, ONE])
    assert again == {**ONE, "seconds": 2 * ONE["seconds"]}


def test_parameters_find_their_way_back_from_channels_last(registry):
    network = next(work.task for work in registry if work.name.startswith("LeNet"))
    moved, images, back = peers.channels_last(network)
    arrays = [a for _, *rest in moved for a in rest if np.ndim(a)]
    before = [a for _, *rest in network.layers for a in rest if np.ndim(a)]
    for f, array, expected in zip(back, arrays, before, strict=True):
        np.testing.assert_array_equal(f(array), expected)
    assert images[0].shape == (64, 28, 28, 1)


def test_products_of_a_network_have_the_shapes_of_its_layers(registry):
    found = next(work.products for work in registry if work.name.startswith("LeNet"))
    first, second = found[:2], found[2:5]
    assert [(p.rows, p.inner, p.columns) for p in first] == [(6, 25, 64 * 784), (25, 64 * 784, 6)]
    assert [(p.rows, p.inner, p.columns) for p in second] == [(16, 150, 6400), (150, 6400, 16), (150, 16, 6400)]
    assert len(found) == 2 + 3 * 4 and found[-1] == products.Product(64, 10, 84)
    for form, layout in [("nn", (True, True)), ("nt", (True, False)), ("tn", (False, True))]:
        factors = products.Product(2, 3, 4, form).factors(np.random.default_rng(0))
        assert [a.shape for a in factors] == [(2, 3), (3, 4)]
        assert tuple(a.flags.c_contiguous for a in factors) == layout


def test_other_libraries_are_pinned():
    lines = (ROOT / "benchmarks" / "peers.in").read_text("utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", line) for line in lines)
    assert {name.replace("_", "-") for name in peers.NAMES} <= {line.split("==")[0] for line in lines}


PAGE = "# Speed\n\n{parts}\nAnd {{measured}}`float32` times.\n"


def test_the_page_shows_what_was_measured(tmp_path):
    parts = ["machine", "missed", "pairs", "threads", "peers", "measures", "limits", "distance", "tricks", "elsewhere",
             "processors"]  # fmt: skip
    text = PAGE.format(parts="\n".join(f"```{{benchmarks}} {part}\n```\n" for part in parts))
    (tmp_path / "index.md").write_text(text, "utf-8")
    (tmp_path / "benchmarks").mkdir()
    data = json.loads(json.dumps(RESULTS))
    data["runs"]["1"]["pairs"][0] |= {"ratio": [3.9, 3.95, 4.1], "met": False}
    data["runs"]["1"]["peers"].append({"name": None, "peer": "numpy_ml", "failed": "no such module"})
    (tmp_path / "benchmarks" / "results.json").write_text(json.dumps(data))
    there = json.loads(json.dumps({**RESULTS, "machine": {**RESULTS["machine"], "processor": "another one"}}))
    there["runs"]["1"]["pairs"][0]["ratio"] = [2.9, 3, 3.1]
    (tmp_path / "benchmarks" / "elsewhere.json").write_text(json.dumps(there))
    said = io.StringIO()
    with warnings.catch_warnings(), patch_docutils(None), docutils_namespace():
        warnings.simplefilter("ignore")  # Sphinx's and docutils' own deprecations are not ours
        app = Sphinx(str(tmp_path), None, str(tmp_path / "html"), str(tmp_path / "trees"), "html", status=None,
                     confoverrides={"extensions": ["myst_parser", "benchmark_page"]}, warning=said)  # fmt: skip
        app.build()
    assert said.getvalue() == ""
    page = (tmp_path / "html" / "index.html").read_text("utf-8")
    assert page.count('<div class="wide docutils container">') == 8
    assert "3.95 (3.90–4.10)" in page.replace("\N{WORD JOINER}", "") and "4\N{NO-BREAK SPACE}missed" in page
    assert re.search(r"<li><p>MLP 64-128-10, batch 32: 3.95, and the goal is 4. Its matrix products alone", page)
    assert "not timed: no such module" in page and RESULTS["machine"]["processor"] in page
    assert re.search(r"And \d\.\d times", page)
    assert "on an another one with" in page
    assert "<p>3.95 (3.90–4.10)</p></td>\n<td><p>3.00 (2.90–3.10)</p>" in page.replace("\N{WORD JOINER}", "")


def test_figures_in_the_text_of_the_page_exist():
    names = re.findall(r"\{measured\}`([^`]*)`", (ROOT / "book" / "speed.md").read_text("utf-8"))
    assert set(names) == {row["name"] for row in ONE["tricks"]}
