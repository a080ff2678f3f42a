"""Says what was measured, keeps it in a file, and judges it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from benchmarks import machine, run, workloads

RESULTS = Path(__file__).parent / "results.json"
RUNS = 3
GATE = 0.75  # of what is wanted: below it a change made something slower, above it the machine may have been busy
FIRST, BESIDE = {"pairs": "ours", "measures": "ours", "peers": "ours", "tricks": "library", "limits": "NumPy"}, {
    "pairs": "PyTorch", "measures": "PyTorch", "peers": "other", "tricks": "plain", "limits": "PyTorch"}  # fmt: skip


def main(names: Sequence[str], threads: int, gate: bool, path: Path | None) -> int:
    """Run, print and keep; the status for the shell: 1 if the gate is asked for and does not let through."""
    unknown = [part for part in names if not any(part in name for name in workloads.NAMES)]
    if unknown:
        print(f"benchmarks: no workload is called {' or '.join(unknown)}; there are {', '.join(workloads.NAMES)}")
        return 2
    torch.set_num_threads(threads)
    print(f"\nNumPy, PyTorch {torch.__version__} eager; threads: {threads}. Medians of interleaved rounds, with "
          "quartiles;\na ratio above 1 means that ours is faster or smaller.")  # fmt: skip
    shown = set()

    def say(part: str, row: dict) -> None:
        if part not in shown:
            shown.add(part)
            print(f"\n{'':>7}{'ratio':>7} {'quartiles':>12} {'goal':>7} {FIRST[part]:>12} {BESIDE[part]:>12}   {part}")
        print(line(row), flush=True)

    found = run.whole(names, threads, say, beside=not gate)
    conclude(found)
    if path:
        keep(path, threads, found)
    failures = below(found, reached()) if gate else []
    for failure in failures:
        print(f"gate: {failure}")
    return int(bool(failures))


def conclude(found: dict) -> None:
    """The last line: how long it took, and which goals were missed."""
    missed = [f"{row['name']} {row.get('peer', '')}".strip() for part in found.values() if isinstance(part, list)
              for row in part if not row.get("met", True)]  # fmt: skip
    print(f"\n{found['seconds']} s. " + (f"Goals missed: {'; '.join(missed)}." if missed else "All goals met."))


def join(files: Sequence[Path], path: Path) -> None:
    """Keep several runs on one thread as one."""
    found = run.together([json.loads(file.read_text("utf-8"))["runs"]["1"] for file in files])
    print(f"\nThe {len(files)} runs together: medians of medians, outermost quartiles.\n")
    for part in FIRST:
        for row in found[part]:
            print(line(row))
    conclude(found)
    keep(path, 1, found)


def line(row: dict) -> str:
    """One row of any part, for the terminal."""
    mark = "" if row.get("met", True) else "missed"
    name = f"{row['name'] or ''} {row.get('peer', '')} {row.get('form', '')}".strip()
    if "failed" in row:
        return f"{'':>49}   {name}: not timed, {row['failed']}"
    if "numpy" in row:
        return f"{'':>34}{row['numpy']:8.1f} {row['unit']} {row['torch']:8.1f} {row['unit']}   {name}"
    if "unit" in row:
        goal = f"<= {row['most']:g}" if row["most"] else f">= {row['goal']:g}"
        figures = f"{row['ours']:8.2f} {row['unit']:>3} {row['theirs']:8.2f} {row['unit']:>3}"
        return f"{mark:>7}{row['ratio']:7.2f} {'':>12} {goal:>7} {figures}   {name}"
    low, ratio, high = row["ratio"]
    goal = f">= {row['goal']:g}" if row.get("goal") else ""
    figures = f"{1e6 * row['ours'][1]:9.1f} µs {1e6 * row['theirs'][1]:9.1f} µs"
    bare = f"; bare products {row['share']:.0%} of ours, reach {row['reach']:.2f}" if "share" in row else ""
    return (f"{mark:>7}{ratio:7.2f} {f'{low:.2f}-{high:.2f}':>12} {goal:>7} {figures}   {name} "
            f"(agree to {row['agree']:.0e}{bare})")  # fmt: skip


def keep(path: Path, threads: int, found: dict) -> None:
    """Put the run beside those with other numbers of threads that the file holds."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {"runs": {}}
    now = datetime.now(UTC).isoformat(timespec="minutes")
    tried = sorted({row["peer"] for row in found["peers"] if "ratio" in row})
    description = machine.describe(tried)
    if threads != 1:
        description["versions"] = kept.get("machine", {}).get("versions", {}) | description["versions"]
    kept["machine"] = description
    kept["runs"][str(threads)] = {**found, "date": now}
    path.write_text(json.dumps(rounded(kept), indent=1, ensure_ascii=False) + "\n", "utf-8")


def rounded(value: object) -> object:
    """Floats with four digits: no more are known."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def reached(path: Path = RESULTS) -> dict[str, float]:
    """The ratios on one thread that the page on speed shows, by name."""
    one = json.loads(path.read_text("utf-8"))["runs"]["1"]
    return {row["name"]: run.median(row) for row in [*one["pairs"], *one["measures"]]}


def below(found: dict, before: dict[str, float], share: float = GATE) -> list[str]:
    """What falls short of that share of its goal or, where the goal was missed before, of what was reached then.

    Goals in microseconds depend on the machine and do not count.
    """
    failures = []
    for row in [*found["pairs"], *found["measures"]]:
        if not row["goal"]:
            continue
        wanted = min(row["goal"], before.get(row["name"], np.inf))
        if run.median(row) < share * wanted:
            failures.append(f"{row['name']} reaches {run.median(row):.2f}, under {share:.0%} of {wanted:g}")
    return failures
