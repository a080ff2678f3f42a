"""Execute, build, serve and test the book; ``make`` calls this with the Python of .venv.

    build.py site           run the notebooks that changed, then build _build/html
    build.py book [PORT]    the same, then serve it on this machine until Ctrl-C
    build.py test           lint, library, rules, every notebook, strict build, browser

There is one executor (nbval with executor.py) and one place for what it made (execution.py), so
neither command repeats what the other has done.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
import execution  # noqa: E402  pytest and Sphinx know the folder, a script has to name it

HTML = ROOT / "_build" / "html"
MARK = ROOT / "_build" / "site.json"
WORKERS = os.environ.get("BOOK_WORKERS", "2")
FRAME = ("_toc.yml", "_config.yml", "constraints.txt")
MEASURED = ("benchmarks/results.json", "benchmarks/elsewhere.json")
INPUTS = ("book", "chapters", "lib", "tests/book/syllabus.json", *MEASURED, *FRAME)


def run(*command: str, quiet: bool = False) -> int:
    """Run a program in the book's folder, one thread a process; its exit status.

    A quiet one shows its output only where it failed (what it writes to stderr is always shown).
    """
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    bin_first = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, **threads, "PATH": bin_first, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE if quiet else None)
    if quiet and done.returncode:
        print(done.stdout.decode(errors="replace"), flush=True)
    return done.returncode


def pytest(*arguments: str, report: str = "") -> int:
    """Run pytest; `report` names the file in ``_build/tests`` for the numbers."""
    (ROOT / "_build" / "tests").mkdir(parents=True, exist_ok=True)
    into = [f"--junitxml=_build/tests/{report}.xml"] if report else []
    return run(sys.executable, "-m", "pytest", "-q", *arguments, *into)


def longest_first(notebooks: list[Path]) -> list[str]:
    """Names of notebooks by the time that they took last, unknown ones first: no long one is left for the end."""
    took = {name: row["seconds"] for name, row in execution.read_status().items()}
    paths = (path.relative_to(ROOT) for path in notebooks)
    return [path.as_posix() for path in sorted(paths, key=lambda path: -took.get(path.with_suffix("").as_posix(), 1e9))]


def execute() -> int:
    """Run the notebooks that are not in the cache."""
    import executor

    executor.carry_over()
    stale = longest_first(executor.stale())
    if not stale:
        executor.write_status()
        return 0
    print(f"Running {len(stale)} of {len(execution.notebooks())} notebooks, {WORKERS} at a time.", flush=True)
    workers = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"] if len(stale) > 1 else []
    pytest("--nbval-lax", "--notebook-lines", *workers, *stale)
    left = [path.relative_to(ROOT).as_posix() for path in executor.stale()]
    if left:
        print(f"\nThe site was not built: {', '.join(left)} did not run to the end (see above).")
    return 1 if left else 0


def fingerprint(*names: str) -> str:
    """Hash of files and folders, without what Python and Jupyter leave in them."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            generated = {"__pycache__", ".ipynb_checkpoints"} & set(path.parts) or ".egg-info" in str(path)
            if path.is_file() and not generated:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def built(strict: bool = False) -> bool:
    """True where ``_build/html`` was made from exactly what stands here now (and strictly, if asked)."""
    mark = read_mark()
    return HTML.is_dir() and mark.get("inputs") == fingerprint(*INPUTS) and (mark["strict"] or not strict)


def read_mark() -> dict:
    """What the present ``_build/html`` was made from; empty where a build did not end well."""
    return json.loads(MARK.read_text()) if MARK.exists() else {}


def sphinx(*options: str, strict: bool = False) -> int:
    """Build the pages; a site of another table of contents or other settings is built afresh."""
    frame, inputs = fingerprint(*FRAME), fingerprint(*INPUTS)
    if strict or read_mark().get("frame") != frame:
        shutil.rmtree(HTML, ignore_errors=True)
    MARK.unlink(missing_ok=True)
    failed = run("jupyter-book", "build", "-q", "-n", "--keep-going", *options, str(ROOT), quiet=True)
    if not failed:
        MARK.write_text(json.dumps({"frame": frame, "inputs": inputs, "strict": strict}))
    return failed


def site() -> int:
    """Everything up to ``_build/html``."""
    start = time.perf_counter()
    if built():
        print("_build/html is up to date: nothing changed since it was built.", flush=True)
        return 0
    failed = execute() or sphinx()
    if not failed:
        print(f"_build/html is up to date ({time.perf_counter() - start:.0f} s).", flush=True)
    return failed


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line of log for each."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def server(folder: Path, port: int, tries: int = 50) -> http.server.ThreadingHTTPServer:
    """A server of `folder` on this machine alone, on `port` or the next one that is free."""
    handler = functools.partial(Quiet, directory=str(folder))
    for candidate in range(port, port + tries):
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError:
            print(f"Port {candidate} is taken.", flush=True)
    raise SystemExit(f"No free port between {port} and {port + tries - 1}; name one: make book PORT=9000")


def book(port: int) -> int:
    """Build and serve until Ctrl-C."""
    failed = site()
    if failed:
        return failed
    with server(HTML, port) as running:
        print(f"\nThe book is at http://localhost:{running.server_port}/  (Ctrl-C ends this)", flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print("\nEnded.")
    return 0


def lint() -> int:
    """ruff over code and notebooks, codespell over the text."""
    return run("ruff", "check", ".") | run("codespell")


def strict() -> int:
    """Every page read and written again from the kept outputs; a warning is an error.

    An incremental build would not do: it is silent about the pages that it does not read again.
    """
    if built(strict=True):
        print("Nothing changed since the strict build that passed.", flush=True)
        return 0
    return sphinx("-W", "--all", strict=True)


def test() -> int:
    """All steps; a failing one does not hide the next, only the site needs its notebooks."""
    start, failed, done = time.perf_counter(), [], []
    workers = ["-n", WORKERS, "--dist", "loadfile"]

    def step(name: str, action: Callable[[], int]) -> bool:
        print(f"\n== {name}", flush=True)
        began = time.perf_counter()
        bad = action()
        done.append(f"{name} {time.perf_counter() - began:.0f} s")
        failed.extend([name] if bad else [])
        return not bad

    step("lint", lint)
    step("library, rules", lambda: pytest("tests/lib", "tests/book", *workers, report="library"))
    notebooks = longest_first(execution.notebooks())
    ran = step("notebooks", lambda: pytest("--nbval-lax", "--notebook-lines", *notebooks, *workers,
                                           "--no-loadscope-reorder", report="notebooks"))
    if ran and step("strict build", strict):
        step("site", lambda: pytest("tests/site", "-n", WORKERS, "--dist", "loadgroup", report="site"))
    else:
        failed.append("site (not built)")
    print(f"\n{', '.join(done)}; failed: {', '.join(failed) or 'nothing'}")
    print(closing_line(ROOT / "_build" / "tests", time.perf_counter() - start))
    return 1 if failed else 0


def closing_line(folder: Path, seconds: float) -> str:
    """The sum of all pytest runs, in pytest's own form."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for path in sorted(folder.glob("*.xml")):
        for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
            for key in total:
                total[key] += int(suite.get(key, 0))
    passed = total["tests"] - total["failures"] - total["errors"] - total["skipped"]
    counts = [(total["failures"], "failed"), (passed, "passed"), (total["skipped"], "skipped"),
              (total["errors"], "errors")]
    text = ", ".join(f"{count} {name}" for count, name in counts if count or name == "passed")
    return f"==== {text} in {seconds:.1f}s ({int(seconds // 60)}:{int(seconds % 60):02d}) ====".center(80, "=")


def main(arguments: list[str]) -> int:
    known = {"site": site, "test": test, "lint": lint}
    if arguments[:1] == ["book"]:
        port = arguments[1] if len(arguments) > 1 else "8000"
        if not re.fullmatch(r"\d{1,5}", port):
            raise SystemExit(f"PORT is {port!r}, expected a number")
        return book(int(port))
    if len(arguments) != 1 or arguments[0] not in known:
        raise SystemExit(__doc__)
    shutil.rmtree(ROOT / "_build" / "tests", ignore_errors=True)
    return known[arguments[0]]()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
