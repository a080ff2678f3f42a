"""Measures everything once, with the threads that this process has; a run is what ``results.json`` holds of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from time import perf_counter
from types import ModuleType

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
    ratio = timing.ratio(1, 0)
    met = pair.goal is None or round(ratio[1], 3) >= pair.goal  # as it is shown
    row = {"name": pair.name, "ratio": ratio, "goal": pair.goal, "met": met,
           "ours": timing.quartiles(0), "theirs": timing.quartiles(1), "agree": agree}  # fmt: skip
    row |= {key: value for key, value in [("tokens", pair.tokens), ("form", form)] if value}
    if alone:
        row |= {"share": timing.ratio(2, 0)[1], "reach": timing.ratio(1, 2)[1],
                "bare": [timing.quartiles(2)[1], timing.quartiles(3)[1]],
                "flops": sum(p.flops for p in pair.products)}  # fmt: skip
    return row


def figure(measure: Measure) -> dict:
    """Ours and PyTorch's figure."""
    ours, theirs = map(float, measure.figure())
    met = ours <= measure.most if measure.most else theirs / ours >= measure.goal
    return {"name": measure.name, "unit": measure.unit, "ours": ours, "theirs": theirs, "ratio": theirs / ours,
            "most": measure.most, "goal": measure.goal, "met": met}  # fmt: skip


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
        best = min((row for row in timed if row["name"] == name), key=lambda row: row["ratio"][1])
        best["goal"] = 5.0 if best["convolution"] else 3.0
        best["met"] = best["ratio"][1] >= best["goal"]
