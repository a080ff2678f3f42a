"""The build's own promises: a notebook runs once, a taken port is no obstacle, the last line is readable."""

import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import build
import execution
import executor
import nbformat
import pytest
from chapter import canonical_text

ROOT = execution.ROOT


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one notebook with our tools, which import nothing but the standard library and nbval."""
    root = tmp_path_factory.mktemp("small")
    for name in ("execution.py",):
        (root / "book/_ext").mkdir(parents=True)
        shutil.copy(ROOT / "book/_ext" / name, root / "book/_ext" / name)
    shutil.copytree(ROOT / "book/_tools", root / "book/_tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root / name)
    (root / "lib/derived").mkdir(parents=True)
    (root / "lib/derived/__init__.py").write_text("ONE = 1\n")
    (root / "chapters").mkdir()
    return root


def write(root: Path, *cells: str) -> None:
    sources = [{"cell_type": "code", "id": "", "metadata": {}, "source": text} for text in cells]
    (root / "chapters/one.ipynb").write_text(canonical_text({"cells": sources}), encoding="utf-8")


def execute(root: Path, *options: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "--notebook-lines", *options, "chapters"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.stdout + done.stderr


def runs(root: Path) -> int:
    """How often the notebook of the small book has run: it counts in a file."""
    return len((root / "chapters/runs").read_text())


COUNT = "with open('runs', 'a') as file:\n    file.write('x')"


USE = "import sys\nsys.path.insert(0, '../lib')\nfrom derived.used import late\nlate()"


def test_a_notebook_runs_once_until_it_or_what_it_loads_changes(small_book: Path) -> None:
    library = small_book / "lib/derived"
    for name in ("lazy.py", "other.py", "table.csv"):
        (library / name).write_text("ONE = 1\n")
    (library / "used.py").write_text("def late():\n    from derived.lazy import ONE\n    return ONE\n")
    write(small_book, COUNT, USE, "6 * 7")
    first = execute(small_book)
    assert "5 passed" in first and "from the cache" not in first and runs(small_book) == 1
    for name in ("other.py", "new.py"):
        (library / name).write_text("ONE = 2\n")
    again = execute(small_book)
    assert "5 passed" in again and "from the cache" in again and runs(small_book) == 1

    status = json.loads(execution.status_path(small_book).read_text())["chapters/one"]
    assert set(status) == {"seconds", "peak_mb", "cells", "profile", "executed"}
    assert sum(status["profile"].values()) == pytest.approx(status["seconds"], abs=0.2)
    assert status["cells"] == 3 and 0 < status["seconds"] < 60 and status["peak_mb"] > 10

    for name, expected in [("lazy.py", 2), ("table.csv", 3)]:
        (library / name).write_text("ONE = 2\n")
        assert "from the cache" not in execute(small_book) and runs(small_book) == expected, name

    write(small_book, COUNT, USE, "6 * 8")
    execute(small_book)
    assert runs(small_book) == 4
    kept = executor.kept_file(small_book / "chapters/one.ipynb", executor.cache(small_book))
    assert kept[1].cells[2].outputs[0].data["text/plain"] == "48"


@pytest.mark.parametrize(("loaded", "ours"), [("lib/derived/tensor.py", 1), ("/elsewhere/derived/tensor.py", None)])
def test_a_library_from_elsewhere_says_nothing_about_ours(loaded: str, ours: int | None) -> None:
    content = {"user_expressions": {"loaded": {"data": {"text/plain": repr([str(ROOT / loaded), None])}}}}
    kernel = SimpleNamespace(kc=SimpleNamespace(execute=lambda *given, **options: {"content": content}))
    needs = executor.Chapter.needs(SimpleNamespace(kernel=kernel))
    modules = [name for name in needs if name.endswith(".py")]
    assert len(modules) == (ours or sum(name.endswith(".py") for name in execution.hashes()))
    assert "constraints.txt" in needs


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere kernels start as Jupyter starts them")
def test_kernels_of_a_worker_share_what_was_imported_and_nothing_else(small_book: Path) -> None:
    write(small_book, "import os\nimport sys\nassert not {'seen', 'derived'} & {*globals(), *sys.modules}",
          "assert {'torch', 'sklearn', 'matplotlib.pyplot'} <= set(sys.modules)", "seen = os.getpid()",
          "os.path.basename(os.getcwd())", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    shutil.copy(small_book / "chapters/one.ipynb", small_book / "chapters/two.ipynb")
    report = execute(small_book, "-n1")
    (small_book / "chapters/two.ipynb").unlink()
    assert "2 failed, 12 passed" in report and "a picture without alternative text" in report, report  # it is drawn
    cells = executor.kept_file(small_book / "chapters/one.ipynb", executor.cache(small_book))[1].cells
    assert cells[3].outputs[0].data["text/plain"] == "'chapters'" and "image/png" in cells[4].outputs[-1].data


def test_a_failing_notebook_is_not_kept_and_its_rest_is_skipped(small_book: Path) -> None:
    write(small_book, "1 / 0", "2")
    report = execute(small_book)
    assert "1 failed, 3 skipped" in report and "ZeroDivisionError" in report
    assert executor.stale(small_book) == [small_book / "chapters/one.ipynb"]


def test_a_warning_on_the_page_is_a_fault_every_time(small_book: Path) -> None:
    write(small_book, "import warnings\nwarnings.warn('look at me')")
    for _ in range(2):
        report = execute(small_book)
        assert "1 failed, 2 passed" in report and "look at me" in report


@pytest.mark.parametrize(("data", "fault"), [
    ((59, 59, 999), ""), ((200, 30, 999), ""), ((61, 61, 100), "61 s"), ((40, 70, 100), "70 s of processor"),
    ((1, 1, 1001), "1001 MB"), ((1, 1, None), ""),
])
def test_the_budget(data: tuple, fault: str) -> None:
    keys = ("execution_seconds", "cpu_seconds", "peak_mb")
    found = executor.over_budget(dict(zip(keys, data, strict=True)))
    assert (fault in found[0]) if fault else not found


@pytest.mark.parametrize(("output", "metadata", "fault"), [
    ({"output_type": "stream", "name": "stdout", "text": "ok"}, {}, ""),
    ({"output_type": "stream", "name": "stderr", "text": "Warning"}, {}, "stderr"),
    ({"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg/>"}}, {}, "alternative text"),
    ({"output_type": "display_data", "metadata": {}, "data": {"image/png": "0"}},
     {"mystnb": {"image": {"alt": "A line"}}}, ""),
    ({"output_type": "display_data", "metadata": {}, "data": {"application/vnd.jupyter.widget-view+json": {}}},
     {}, "dead"),
    ({"output_type": "display_data", "metadata": {},
      "data": {"application/vnd.jupyter.widget-view+json": {}, "text/html": "<p>"}}, {}, ""),
    ({"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": "<Legend>"}},
     {"mystnb": {"image": {"alt": "A line"}, "figure": {"name": "fig-line"}}}, "ends in a value"),
])
def test_outputs_that_do_not_belong_on_a_page(output: dict, metadata: dict, fault: str) -> None:
    cell = nbformat.v4.new_code_cell("x", id="x", metadata=metadata, outputs=[nbformat.from_dict(output)])
    found = executor.unfit_outputs(SimpleNamespace(cells=[cell]))
    assert (fault in found[0]) if fault else not found


def test_the_key_follows_the_library_and_the_pins(tmp_path: Path) -> None:
    (tmp_path / "lib/derived/__pycache__").mkdir(parents=True)
    (tmp_path / "lib/derived/a.py").write_text("1")
    (tmp_path / "constraints.txt").write_text("numpy==1")
    keys = [execution.cache_key(tmp_path)]
    (tmp_path / "lib/derived/__pycache__/a.pyc").write_text("compiled")
    assert execution.cache_key(tmp_path) == keys[0]
    for path, text in (("lib/derived/a.py", "2"), ("constraints.txt", "numpy==2"), ("lib/derived/b.py", "")):
        (tmp_path / path).write_text(text)
        keys.append(execution.cache_key(tmp_path))
    assert len(set(keys)) == 4


def test_old_caches_are_removed(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    execution.cache_folder(tmp_path).mkdir(parents=True)
    for name in ("older", "old"):
        (tmp_path / execution.PLACE / name).mkdir()
    execution.prune(tmp_path)
    left = [path for path in (tmp_path / execution.PLACE).iterdir()]
    assert len(left) == 2 and execution.cache_folder(tmp_path) in left


def test_long_notebooks_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"chapters/a": {"seconds": 2.0}, "chapters/b": {"seconds": 9}}
    monkeypatch.setattr(execution, "read_status", lambda: known)
    names = [f"chapters/{letter}.ipynb" for letter in "abcd"]
    ordered = build.longest_first([execution.ROOT / name for name in names])
    assert ordered == [names[i] for i in (2, 3, 1, 0)]


def test_a_taken_port_leads_to_the_next_free_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text("hello")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with build.server(tmp_path, port) as running:
            assert running.server_port > port
            assert f"Port {port} is taken" in capsys.readouterr().out
            thread = Thread(target=running.serve_forever)
            thread.start()
            with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/") as answer:
                assert answer.read() == b"hello"
            running.shutdown()
            thread.join()


@pytest.mark.parametrize(("counts", "expected"), [
    ([(10, 0, 0, 1), (5, 0, 0, 0)], "14 passed, 1 skipped in 75.0s (1:15)"),
    ([(10, 2, 1, 0)], "2 failed, 7 passed, 1 errors in 75.0s (1:15)"),
])
def test_the_closing_line_sums_the_runs(tmp_path: Path, counts: list, expected: str) -> None:
    for number, (tests, failures, errors, skipped) in enumerate(counts):
        (tmp_path / f"{number}.xml").write_text(
            f'<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"/>'
            "</testsuites>")
    assert f" {expected} " in build.closing_line(tmp_path, 75)


def test_unknown_commands_are_refused() -> None:
    for arguments in ([], ["sit"], ["book", "eighty"], ["site", "now"]):
        with pytest.raises(SystemExit):
            build.main(arguments)


def test_the_fingerprint_follows_every_input_and_nothing_generated(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "book/__pycache__").mkdir(parents=True)
    (tmp_path / "book/page.md").write_text("one")
    first = build.fingerprint("book", "_toc.yml")
    (tmp_path / "book/__pycache__/x.pyc").write_text("compiled")
    assert build.fingerprint("book", "_toc.yml") == first
    for path, text in (("book/page.md", "two"), ("book/more.md", ""), ("_toc.yml", "root: book/page")):
        (tmp_path / path).write_text(text)
        assert build.fingerprint("book", "_toc.yml") != first
        first = build.fingerprint("book", "_toc.yml")


def test_a_site_counts_as_built_only_from_the_same_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ROOT", tmp_path), ("MARK", tmp_path / "site.json"), ("HTML", tmp_path / "html")):
        monkeypatch.setattr(build, name, value)
    status = [0]

    def jupyter_book(*command: str, quiet: bool) -> int:
        build.HTML.mkdir(exist_ok=True)
        return status[0]

    monkeypatch.setattr(build, "run", jupyter_book)
    (tmp_path / "_toc.yml").write_text("root: one")
    assert not build.built()
    assert build.sphinx() == 0
    assert build.built() and not build.built(strict=True)
    assert build.sphinx("-W", strict=True) == 0
    assert build.built(strict=True)
    (tmp_path / "_toc.yml").write_text("root: two")
    assert not build.built()
    status[0] = 1
    assert build.sphinx() == 1
    (tmp_path / "_toc.yml").write_text("root: one")
    assert not build.built()
