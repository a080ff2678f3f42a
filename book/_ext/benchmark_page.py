"""The directive ``{benchmarks} part`` and the role ``{measured}``: the page on speed, from two machines' files."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import status_page
from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

RESULTS, ELSEWHERE = "benchmarks/results.json", "benchmarks/elsewhere.json"
SPACE, JOINED = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"  # no line breaks there


class Benchmarks(SphinxDirective):
    """One part of the results, a table in most cases."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        parts = {"machine": machine, "elsewhere": machine, "missed": missed, **TABLES}
        part = self.arguments[0]
        if part not in parts:
            raise self.error(f"benchmarks: no part {part!r}, only {', '.join(parts)}")
        shown = parts[part](*(results(self.env, file) for file in FILES.get(part, [RESULTS])))
        return [status_page.table(*shown)] if part in TABLES else shown


class Measured(SphinxRole):
    """How many times faster the row of that name is, as a number in the text."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        one = results(self.env)["runs"]["1"]
        for row in one["tricks"] + one["pairs"]:
            if row["name"] == self.text:
                return [nodes.Text(f"{row['ratio'][1]:.1f}")], []
        message = self.inliner.reporter.error(f"benchmarks: {RESULTS} has no row {self.text!r}", line=self.lineno)
        return [nodes.problematic(self.rawtext, self.rawtext)], [message]


def results(env: Any, file: str = RESULTS) -> dict:
    """What a file holds; pages that show it are read again when it changes."""
    path = Path(env.srcdir) / file
    env.note_dependency(str(path))
    return json.loads(path.read_text("utf-8"))


def pairs(data: dict) -> tuple[list[str], list[list[str]]]:
    """Ours beside PyTorch on one thread."""
    rows = [[named(row), spread(row["ratio"]), goal(row), *times(row)] for row in data["runs"]["1"]["pairs"]]
    return ["One thread", "Ratio (quartiles)", "Goal", "Ours", "PyTorch"], rows


def processors(here: dict, elsewhere: dict) -> tuple[list[str], list[list[str]]]:
    """The same ratios on two machines, as far as both have measured them."""
    rows, there = [], {row["name"]: row for row in elsewhere["runs"]["1"]["pairs"]}
    for row in here["runs"]["1"]["pairs"]:
        if row["name"] in there:
            both = (spread(found["ratio"]) for found in (row, there[row["name"]]))
            rows.append([row["name"], f"{row['goal']:g}" if row.get("goal") else "–", *both])
    return ["One thread", "Goal", *(data["machine"]["processor"] for data in (here, elsewhere))], rows


def threads(data: dict) -> tuple[list[str], list[list[str]]]:
    """The same on two threads, and how much the second one gains."""
    single = {row["name"]: row for row in data["runs"]["1"]["pairs"]}
    rows = []
    for row in data["runs"].get("2", {"pairs": []})["pairs"]:
        gains = [f"{single[row['name']][side][1] / row[side][1]:.2f}" for side in ("ours", "theirs")]
        rows.append([named(row), spread(row["ratio"]), *times(row), f"{gains[0]} and {gains[1]}"])
    return ["Two threads", "Ratio (quartiles)", "Ours", "PyTorch", "Second thread gains"], rows


def peers(data: dict) -> tuple[list[str], list[list[str]]]:
    """Ours beside other libraries."""
    versions, rows = data["machine"]["versions"], []
    for row in data["runs"]["1"]["peers"]:
        library = f"{row['peer'].replace('_', '-')} {versions.get(row['peer'], '')}".strip()
        if "failed" in row:
            rows.append([row["name"] or "–", library, f"not timed: {row['failed']}", "–", "–"])
        else:
            about = f"{library} ({row['kind']}, {row['dtype']})"
            rows.append([row["name"], about, spread(row["ratio"]), goal(row), times(row)[1]])
    return ["Network", "Library", "How many times as fast ours is (quartiles)", "Goal", "Its step"], rows


def measures(data: dict) -> tuple[list[str], list[list[str]]]:
    """Single figures."""
    rows = []
    for row in data["runs"]["1"]["measures"]:
        digits = 0 if row["unit"] == "MB" else 2
        rows.append([row["name"], f"{row['ratio']:.2f}", goal(row), *(
            f"{row[side]:.{digits}f}{SPACE}{row['unit']}" for side in ("ours", "theirs"))])  # fmt: skip
    return ["One thread", "Ratio", "Goal", "Ours", "PyTorch"], rows


def limits(data: dict) -> tuple[list[str], list[list[str]]]:
    """What the machine allows."""
    rows: dict[str, list[str]] = {}
    for run in data["runs"].values():
        for row in run["limits"]:
            rows.setdefault(f"{row['name']}, {row['unit']}", []).extend(f"{row[k]:.1f}" for k in ("numpy", "torch"))
    heads = [f"{library}, {count}" for count in ("one thread", "two") for library in ("NumPy", "PyTorch")]
    count = max(map(len, rows.values()), default=0)
    return ["Limit", *heads[:count]], [[name, *figures] for name, figures in rows.items()]


def distance(data: dict) -> tuple[list[str], list[list[str]]]:
    """The matrix products of a step alone."""
    rows = [[row["name"], f"{row['ratio'][1]:.2f}", f"{row['share']:.0%}", f"{row['reach']:.2f}",
             f"{row['flops'] / row['bare'][0] / 1e9:.0f} and {row['flops'] / row['bare'][1] / 1e9:.0f}"]
            for row in data["runs"]["1"]["pairs"] if "share" in row]  # fmt: skip
    return ["One thread", "Ratio", "Products’ share of our step", "Ratio if all else were free",
            "GFLOP/s, NumPy and PyTorch"], rows  # fmt: skip


def tricks(data: dict) -> tuple[list[str], list[list[str]]]:
    """The library's way beside the plain one."""
    rows = [[row["name"], spread(row["ratio"]), *times(row)] for row in data["runs"]["1"]["tricks"]]
    return ["What", "Faster by (quartiles)", "The library", "The plain way"], rows


TABLES = {"pairs": pairs, "threads": threads, "peers": peers, "measures": measures, "limits": limits,
          "distance": distance, "tricks": tricks, "processors": processors}  # fmt: skip
FILES = {"elsewhere": [ELSEWHERE], "processors": [RESULTS, ELSEWHERE]}


def machine(data: dict) -> list[nodes.Node]:
    """When, where and with what."""
    about, run = data["machine"], data["runs"]["1"]
    versions, day = about["versions"], datetime.fromisoformat(run["date"])
    text = (f"Measured on {day.day} {day:%B %Y} on an {about['processor']} with {about['cores']} cores "
            f"({about['system']}, {about['vectors']}), with Python {about['python']}, NumPy {versions['numpy']} "
            f"({about['blas']}), SciPy {versions['scipy']} and PyTorch {versions['torch']} ({about['torch_blas']}); "
            f"{sum(run['seconds'] for run in data['runs'].values()) / 60:.0f} minutes altogether.")  # fmt: skip
    return [nodes.paragraph("", text)]


def missed(data: dict) -> list[nodes.Node]:
    """The goals that were missed, each with the distance to what the products alone would allow."""
    run, items = data["runs"]["1"], nodes.bullet_list()
    for row in run["pairs"] + run["measures"] + run["peers"]:
        if row.get("met", True) or "failed" in row:
            continue
        ratio = row["ratio"][1] if isinstance(row["ratio"], list) else row["ratio"]
        beside = f", beside {row['peer'].replace('_', '-')}" if "peer" in row else ""
        reached = f"{row['ours']:.2f} {row['unit']}" if row.get("most") else f"{ratio:.2f}"
        text = f"{row['name']}{beside}: {reached}, and the goal is {row.get('most') or row['goal']:g}."
        if "share" in row:
            text += (f" Its matrix products alone take {row['share']:.0%} of our step; if all else were free, the "
                     f"ratio would be {row['reach']:.2f}.")  # fmt: skip
        items += nodes.list_item("", nodes.paragraph("", text))
    return [items] if len(items) else [nodes.paragraph("", "In this run no goal was missed.")]


def named(row: dict) -> str:
    """The workload, and which of PyTorch's ways was fastest."""
    return f"{row['name']}; PyTorch {row['form']}" if "form" in row else row["name"]


def spread(ratio: list[float]) -> str:
    """Median and quartiles of a ratio."""
    digits = 2 if ratio[1] < 20 else 0
    low, middle, high = (f"{value:,.{digits}f}" for value in ratio)
    return f"{middle} ({low}{JOINED}–{JOINED}{high})"


def goal(row: dict) -> str:
    """The goal and whether it was met."""
    if not (row.get("goal") or row.get("most")):
        return "–"
    text = f"≤{SPACE}{row['most']:g}{SPACE}{row['unit']}" if row.get("most") else f"{row['goal']:g}"
    return text + (f"{SPACE}✓" if row["met"] else f"{SPACE}missed")


def times(row: dict) -> list[str]:
    """What a step of ours and of the other side takes; where tokens count, how many a second."""
    medians = row["ours"][1], row["theirs"][1]
    if "tokens" in row:
        return [f"{row['tokens'] / t:,.0f} tokens/s" for t in medians]
    return [f"{1e6 * t:.0f}{SPACE}µs" if t < 1e-3 else f"{1e3 * t:,.{1 if t < 0.1 else 0}f}{SPACE}ms" for t in medians]


def setup(app: Any) -> dict[str, Any]:
    """Register directive and role."""
    app.add_directive("benchmarks", Benchmarks)
    app.add_role("measured", Measured())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
