"""Build the workloads, check that both sides agree, time them, and print the table."""

from __future__ import annotations

import pkgutil
import platform
import sys
from importlib import import_module

import numpy as np
import torch

from benchmarks import workloads
from benchmarks.timing import Measure, Pair, interleave, largest_difference


def main() -> None:
    """``python -m benchmarks [part of a workload's name …]``"""
    torch.set_num_threads(1)
    names = [m.name for m in pkgutil.iter_modules(workloads.__path__)]
    wanted = [n for n in names if not sys.argv[1:] or any(part in n for part in sys.argv[1:])]
    if not wanted:
        sys.exit(f"benchmarks: no workload is called {' or '.join(sys.argv[1:])}; there are {', '.join(names)}")
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__} eager, one thread, {platform.machine()}")
    print("Medians of interleaved rounds, with quartiles; a ratio above 1 means that ours is faster or smaller.\n")
    print(f"{'':>7} {'ratio':>6} {'quartiles':>12} {'goal':>7}   {'ours':>12} {'PyTorch':>12}   workload")
    missed = 0
    for name in wanted:
        for work in _as_list(import_module(f"benchmarks.workloads.{name}").build()):
            met, line = _measure(work) if isinstance(work, Measure) else _race(work)
            missed += not met
            print(f"{'' if met else 'missed':>7} {line}", flush=True)
    print("\nAll goals met." if not missed else f"\n{missed} missed.")
    sys.exit(bool(missed))


def _as_list(work: Pair | Measure | list) -> list:
    return work if isinstance(work, list) else [work]


def _race(pair: Pair) -> tuple[bool, str]:
    difference = largest_difference(pair.values())
    if not difference <= pair.tolerance:
        raise AssertionError(f"{pair.name}: ours and PyTorch's differ by {difference:.2g}; nothing was timed")
    times = interleave([pair.ours, pair.theirs])
    low, ratio, high = times.ratio(1, 0)
    goal = "" if pair.goal is None else f">= {pair.goal:g}"
    line = f"{ratio:6.2f} {f'{low:.2f}-{high:.2f}':>12} {goal:>7}   "
    line += f"{1e6 * times.median(0):9.1f} µs {1e6 * times.median(1):9.1f} µs   {pair.name} (agree to {difference:.0e})"
    return pair.goal is None or ratio >= pair.goal, line


def _measure(measure: Measure) -> tuple[bool, str]:
    ours, theirs = measure.figure()
    ratio = "" if theirs is None else f"{theirs / ours:.2f}"
    beside = "" if theirs is None else f"{theirs:9.1f} {measure.unit}"
    line = f"{ratio:>6} {'':>12} {f'<= {measure.goal:g}':>7}   {ours:9.2f} {measure.unit} {beside:>12}   {measure.name}"
    return ours <= measure.goal, line
