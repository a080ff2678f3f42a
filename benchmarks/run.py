"""Measures everything once, with the threads that this process has; a run is what ``results.json`` holds of it.

Several runs are put together into one, since processes differ from one another by more than the turns within one show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from time import perf_counter
from types import ModuleType

import numpy as np

from benchmarks import limits, peers, products, tricks, workloads
from benchmarks.timing import Measure, Pair, agreement, fastest, interleave

Say = Callable[[str, dict], None]


def build(names: Sequence[str] = ()) -> Iterator[Pair | Measure]:
    """The workloads whose file has one of the names in its own, or all."""
    for name in workloads.NAMES:
        if not names or any(part in name for part in names):
            work = import_module(f"benchmarks.workloads.{name}").build()
            yield from work if isinstance(work, list) else [work]


def whole(names: Sequence[str], threads: int, say: Say, beside: bool = True) -> dict[str, object]:
    """Pairs, measures, other libraries and limits; ``say`` hears of each row when it is there.

    With two threads only pairs and limits are measured: all else depends little on them. ``beside`` False leaves out
    whatever has no goal of its own.
    """
    start = perf_counter()
    run: dict[str, object] = {"pairs": [], "measures": [], "peers": [], "tricks": [], "limits": []}

    def keep(part: str, row: dict) -> None:
        run[part].append(row)
        say(part, row)

    loaded = load_peers() if beside and threads == 1 and not names else {}
    for name, peer in loaded.items():
        if isinstance(peer, str):
            keep("peers", {"name": None, "peer": name, "failed": peer})
    for work in build(names):
        if isinstance(work, Measure):
            if threads == 1:
                keep("measures", figure(work))
            continue
        if threads > 1:
            work.goal = None  # goals are for one thread
        keep("pairs", race(work, beside and threads == 1))
        for name, peer in loaded.items():
            if not isinstance(peer, str) and work.task and peers.can(peer, work.task):
                keep("peers", against(work, name, peer))
    judge(run["peers"])
    if beside and not names:
        if threads == 1:
            for trick in tricks.build():
                keep("tricks", race(trick, False))
        for row in limits.measure():
            keep("limits", row)
    return {**run, "seconds": round(perf_counter() - start)}


def race(pair: Pair, bare: bool = True) -> dict:
    """Ours and PyTorch's step, and the matrix products of ours alone in both libraries."""
    agree = agreement(pair)
    form, theirs = fastest(pair.theirs) if isinstance(pair.theirs, dict) else (None, pair.theirs)
    alone = [products.in_numpy(pair.products), products.in_torch(pair.products)] if bare and pair.products else []
    timing = interleave([pair.ours, theirs, *alone])
    row = {"name": pair.name, "ratio": timing.ratio(1, 0), "goal": pair.goal,
           "ours": timing.quartiles(0), "theirs": timing.quartiles(1), "agree": agree}  # fmt: skip
    row |= {key: value for key, value in [("tokens", pair.tokens), ("form", form)] if value}
    if alone:
        row |= {"share": timing.ratio(2, 0)[1], "reach": timing.ratio(1, 2)[1],
                "bare": [timing.quartiles(2)[1], timing.quartiles(3)[1]],
                "flops": sum(p.flops for p in pair.products)}  # fmt: skip
    return row | {"met": met(row)}


def figure(measure: Measure) -> dict:
    """Ours and PyTorch's figure."""
    ours, theirs = map(float, measure.figure())
    row = {"name": measure.name, "unit": measure.unit, "ours": ours, "theirs": theirs, "ratio": theirs / ours,
           "most": measure.most, "goal": measure.goal}  # fmt: skip
    return row | {"met": met(row)}


def median(row: dict) -> float:
    """The ratio of a row."""
    return row["ratio"][1] if isinstance(row["ratio"], list) else row["ratio"]


def met(row: dict) -> bool:
    """Whether the goal of a row, if it has one, was reached, as far as is shown."""
    if row.get("most"):
        return row["ours"] <= row["most"]
    return row.get("goal") is None or round(median(row), 3) >= row["goal"]


def load_peers() -> dict[str, object]:
    """The file of each library, or why it does not run here."""
    found: dict[str, object] = {}
    for name in peers.NAMES:
        try:
            found[name] = peers.load(name)
        except (ImportError, OSError, AttributeError) as error:
            found[name] = str(error).partition("\n")[0]
    return found


def against(pair: Pair, name: str, peer: ModuleType) -> dict:
    """Our step and another library's, or the reason why it was not timed."""
    row = {"name": pair.name, "peer": name, "kind": peer.KIND, "dtype": peer.DTYPE, "goal": None, "met": True}
    try:
        network = peer.Network(pair.task)
        agree = peers.check(network, pair.task)
    except Exception as error:  # whatever another library raises belongs into the table
        return row | {"failed": f"{type(error).__name__}: {error}".partition("\n")[0]}
    timing = interleave([pair.ours, network.step], rounds=11)
    return row | {"ratio": timing.ratio(1, 0), "ours": timing.quartiles(0), "theirs": timing.quartiles(1),
                  "agree": agree, "convolution": any(kind == "conv2d" for kind, *_ in pair.task.layers)}  # fmt: skip


def judge(rows: list[dict]) -> None:
    """The goal holds beside the fastest of the NumPy libraries on each network."""
    timed = [row for row in rows if row.get("kind") == "NumPy" and "ratio" in row]
    for name in {row["name"] for row in timed}:
        best = min((row for row in timed if row["name"] == name), key=median)
        best["goal"] = 5.0 if best["convolution"] else 3.0
        best["met"] = met(best)


def together(runs: Sequence[dict]) -> dict:
    """Several runs as one: the median of the medians, the outermost quartiles, and the sum of the seconds."""
    found = _joined(runs)
    for row in found["peers"]:
        row |= {"goal": None, "met": True}  # another library may have been the fastest in one of the runs
    judge(found["peers"])
    for row in [*found["pairs"], *found["measures"]]:
        row["met"] = met(row)
    return {**found, "seconds": sum(run["seconds"] for run in runs)}


def _joined(found: Sequence, name: str = "") -> object:
    """The same figure, row or table of several runs as one."""
    first = found[0]
    if isinstance(first, dict):
        failed = [row for row in found if "failed" in row]
        return failed[0] if failed else {key: _joined([row[key] for row in found], key) for key in first}
    if isinstance(first, list):
        joined = [_joined(entries) for entries in zip(*found, strict=True)]
        if name in ("ratio", "ours", "theirs"):
            joined[0], joined[2] = min(entry[0] for entry in found), max(entry[2] for entry in found)
        return joined
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in found)
    return np.median(found).item() if numbers else first
