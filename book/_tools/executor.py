"""pytest plugin: every notebook runs once, through nbval, and its outputs are kept for the site.

With ``--nbval-lax`` each code cell of a notebook is a test.  This plugin adds to nbval:

* a notebook whose executed form is already in the cache (``execution.cache_folder``) is not run
  again; its cells are reported as passed from the cache;
* after a change of the library only the notebooks run again whose kernels had loaded a changed file;
* after the last cell the executed notebook goes into the cache, with its run time and the peak
  memory of its kernel;
* two more tests a notebook: ``budget`` (time and memory) and ``outputs`` (nothing on the page
  that a reader should not see: warnings, progress bars, widgets without a static form);
* after a cell has failed, the rest of the notebook is skipped: its errors would only be echoes.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import execution
import kernels
import nbformat
import psutil
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbval.plugin import IPyNbCell, IPyNbFile

SECONDS = float(os.environ.get("BOOK_SECONDS", 60))
MEGABYTES = float(os.environ.get("BOOK_MEGABYTES", 1000))
LOADED = "[m.__file__ for n, m in __import__('sys').modules.items() if n.split('.')[0] == 'derived']"


def cache(root: Path = execution.ROOT) -> Any:
    """The jupyter-cache of the present library; its folder and tables exist afterwards."""
    opened = get_cache(execution.cache_folder(root))
    opened.db  # noqa: B018  creates the tables, which two workers must not do at once
    return opened


def kept(notebook: Any, opened: Any) -> tuple[Any, Any] | None:
    """Cache record and executed form of a notebook in an opened cache; None where it must still run."""
    try:
        record = opened.match_cache_notebook(notebook)
    except KeyError:
        return None
    if "needs" not in record.data:  # executed by Sphinx, without our measurements
        return None
    return record, opened.merge_match_into_notebook(notebook)[1]


def kept_file(path: Path, opened: Any) -> tuple[Any, Any] | None:
    """The same for a file; a file that is no notebook counts as one that must still run."""
    try:
        return kept(nbformat.read(path, as_version=4), opened)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError):
        return None


def stale(root: Path = execution.ROOT) -> list[Path]:
    """Notebooks that have to run before the site can be built."""
    opened = cache(root)
    return [path for path in execution.notebooks(root) if kept_file(path, opened) is None]


def carry_over(root: Path = execution.ROOT) -> None:
    """Take over from the caches of earlier libraries what the change of the library cannot have touched."""
    present, now = cache(root), execution.hashes(root)
    for path in stale(root):
        for opened in map(get_cache, execution.earlier(root)):
            try:
                record = opened.match_cache_file(str(path))
            except (KeyError, nbformat.reader.NotJSONError, nbformat.ValidationError):
                continue
            needs = record.data.get("needs", {"an older form": ""})
            if all(now.get(name) == digest for name, digest in needs.items()):
                bundle = CacheBundleIn(opened.get_cache_bundle(record.pk).nb, str(path), data=record.data)
                present.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                break


def write_status(root: Path = execution.ROOT) -> dict[str, dict[str, Any]]:
    """Gather the measurements of the notebooks that are up to date into status.json."""
    status, opened = {}, cache(root)
    for path in execution.notebooks(root):
        found = kept_file(path, opened)
        if found:
            record, notebook = found
            status[path.relative_to(root).with_suffix("").as_posix()] = {
                "seconds": round(record.data["execution_seconds"], 1),
                "peak_mb": record.data["peak_mb"],
                "cells": len(notebook.cells),
                "profile": record.data["profile"],
                "executed": record.data["executed"],
            }
    target = execution.status_path(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(status, indent=1, sort_keys=True) + "\n"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    return status


def peak_mb(pid: int) -> int | None:
    """Largest resident memory a process has had so far, in MB; None where /proc does not exist."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(found[0]) / 1024) if found else None


def kind(outputs: list[Any]) -> str:
    """What a cell is for, by what it puts out: a claim, a figure, one with sliders, or the rest."""
    html = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    if 'class="claim"' in html:
        return "claims"
    if 'class="explore"' in html:
        return "sliders"
    pictures = any(key.startswith("image/") for output in outputs for key in output.get("data", {}))
    return "figures" if pictures else "rest"


def over_budget(data: dict[str, Any]) -> list[str]:
    """What a notebook uses too much of.

    Time is judged by the processor time of the kernel, so that a busy machine fails nobody; what
    waits instead of working runs into nbval's limit for a cell.
    """
    wall, busy, peak = data["execution_seconds"], data["cpu_seconds"], data["peak_mb"]
    faults = []
    if busy > SECONDS:
        faults.append(f"it takes {wall:.0f} s ({busy:.0f} s of processor time), allowed are {SECONDS:.0f} s")
    if peak is not None and peak > MEGABYTES:
        faults.append(f"its kernel needs {peak} MB, allowed are {MEGABYTES:.0f} MB")
    return faults


def unfit_outputs(notebook: Any) -> list[str]:
    """Outputs that do not belong on a page, with the number of the code cell."""
    faults = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                faults.append(f"cell {number} ({cell.id}) writes to stderr: {output.text.strip()[:200]}")
            if output.output_type in ("display_data", "execute_result"):
                kinds = set(output.data)
                widget = "application/vnd.jupyter.widget-view+json" in kinds
                if widget and "text/html" not in kinds:
                    faults.append(f"cell {number} ({cell.id}) shows a widget that is dead on the site")
                picture = any(kind.startswith("image/") for kind in kinds)
                if cell.metadata.get("mystnb", {}).get("figure") and not picture:
                    faults.append(f"cell {number} ({cell.id}) ends in a value, which is shown beside its figure")
                shown = picture and "text/html" not in kinds
                if shown and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
                    faults.append(f"cell {number} ({cell.id}) shows a picture without alternative text")
    return faults


class Chapter(IPyNbFile):
    """A notebook: nbval's cells, run or taken from the cache, then ``budget`` and ``outputs``."""

    data: dict[str, Any] | None = None
    executed: Any = None
    failed = False
    started = 0.0

    def collect(self) -> Iterator[pytest.Item]:
        self.items = list(super().collect())
        found = kept(self.nb, cache())
        if found:
            self.data, self.executed = found[0].data, found[1]
            yield from (KeptCell.from_parent(self, name=item.name) for item in self.items)
        else:
            for item in self.items:
                item.__class__ = Cell
                yield item
        yield Budget.from_parent(self, name="budget")
        yield Outputs.from_parent(self, name="outputs")

    def setup(self) -> None:
        if self.data is None:
            self.started = time.perf_counter()
            super().setup()

    def keep(self) -> None:
        """Write the executed notebook and its measurements into the cache."""
        process = psutil.Process(self.kernel.km.provisioner.pid)
        used = process.cpu_times()
        self.data = {
            "execution_seconds": time.perf_counter() - self.started,
            "cpu_seconds": used.user + used.system,
            "peak_mb": peak_mb(process.pid),
            "profile": self.profile(),
            "executed": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
            "needs": self.needs(),
        }
        self.executed = copy.deepcopy(self.nb)
        code = [cell for cell in self.executed.cells if cell.cell_type == "code"]
        for number, (cell, item) in enumerate(zip(code, self.items, strict=True), start=1):
            cell.execution_count = number
            cell.outputs = [nbformat.from_dict(output) for output in item.test_outputs]
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = number
        bundle = CacheBundleIn(self.executed, str(self.path), data=self.data)
        cache().cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def needs(self) -> dict[str, str]:
        """Hashes of what decides the outputs: the library's files that the kernel has loaded, and all but code."""
        reply = self.kernel.kc.execute("", silent=True, user_expressions={"loaded": LOADED}, reply=True, timeout=60)
        answer = reply["content"]["user_expressions"]["loaded"]["data"]["text/plain"]
        loaded = {Path(name).resolve() for name in ast.literal_eval(answer) if name}
        elsewhere = any(execution.ROOT not in path.parents for path in loaded)  # another copy says nothing about ours
        return {name: digest for name, digest in execution.hashes().items()
                if elsewhere or not name.endswith(".py") or execution.ROOT / name in loaded}

    def profile(self) -> dict[str, float]:
        """Seconds by kind of cell; the kernel's start and the first cell, which imports, are "start"."""
        spent, before = dict.fromkeys(("start", "claims", "figures", "sliders", "rest"), 0.0), self.started
        for item in self.items:
            spent["start" if item is self.items[0] else kind(item.test_outputs)] += item.ended - before
            before = item.ended
        return {name: round(seconds, 2) for name, seconds in spent.items()}


class Cell(IPyNbCell):
    """A cell that runs."""

    ended = 0.0

    def runtest(self) -> None:
        if self.parent.failed:
            pytest.skip("an earlier cell of this notebook failed")
        try:
            super().runtest()
        except Exception:
            self.parent.failed = True
            raise
        self.ended = time.perf_counter()


class KeptCell(pytest.Item):
    """A cell whose outputs are in the cache: it passed when they were made."""

    def runtest(self) -> None:
        pass

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.name} (from the cache)"


class NotebookFault(Exception):
    """A notebook ran, but does not keep the rules for what ran."""


class AfterCells(pytest.Item):
    """A test of the notebook as a whole."""

    def runtest(self) -> None:
        chapter = self.parent
        if chapter.data is None:
            if any(item.test_outputs is None for item in chapter.items) or chapter.failed:
                pytest.skip("not every cell ran")
            chapter.keep()
        faults = self.faults()
        if faults:
            raise NotebookFault("\n".join(faults))

    def faults(self) -> list[str]:
        raise NotImplementedError

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        if isinstance(excinfo.value, NotebookFault):
            return f"{self.path.name}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class Budget(AfterCells):
    """Time and memory of the notebook are within bounds."""

    def faults(self) -> list[str]:
        return over_budget(self.parent.data)


class Outputs(AfterCells):
    """Nothing stands in the outputs that a reader should not see."""

    def faults(self) -> list[str]:
        data, fresh = self.parent.data, self.parent.started > 0
        memory = f", {data['peak_mb']} MB" if data["peak_mb"] else ""
        self.user_properties.append(("line", f"{self.path.relative_to(execution.ROOT).with_suffix('')}: "
                                             f"{data['execution_seconds']:.1f} s{memory}"
                                             f"{'' if fresh else ', from the cache'}"))
        return unfit_outputs(self.parent.executed)


class Lines:
    """With --notebook-lines: a line for each notebook in place of a dot for each cell."""

    def __init__(self, config: pytest.Config) -> None:
        self.plugins = config.pluginmanager

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.when == "call" and report.passed and ".ipynb" in report.nodeid:
            return "passed", "", ""
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self.plugins.get_plugin("terminalreporter")
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "line" and report.passed:
                terminal.ensure_newline()
                terminal.write_line(f"  {value}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--notebook-lines", action="store_true", help="a line a notebook, not a dot a cell")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Iterator[None]:
    """Put our Chapter in the place of nbval's notebook."""
    nodes = yield
    return [Chapter.from_parent(parent, path=file_path) if type(node) is IPyNbFile else node for node in nodes]


def pytest_configure(config: pytest.Config) -> None:
    """Create the cache before the workers start; a worker has several notebooks to run, hence forks kernels."""
    if config.option.nbval_lax and hasattr(config, "workerinput"):
        if sys.platform == "linux":
            kernels.fork()
    elif config.option.nbval_lax:
        carry_over()
        execution.prune()
        if config.option.notebook_lines:
            config.pluginmanager.register(Lines(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the measurements where the site finds them."""
    if session.config.option.nbval_lax and not hasattr(session.config, "workerinput"):
        write_status()
