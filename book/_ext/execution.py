"""Where executed notebooks are kept: one place, known to the tests, the build and the status page.

A notebook is executed once.  The tests run it (``conftest.py``), its outputs go into a
jupyter-cache folder, and the site takes them from there.  jupyter-cache recognises a notebook by
its code alone, so the folder's name carries a hash of everything else that decides the outputs:
the library and the pinned packages.  Editing ``lib/`` therefore opens an empty folder, into which
the executor takes over the notebooks whose kernels had loaded nothing that changed; the others run
again.  Editing one chapter runs that chapter again.

As a Sphinx extension (``execution`` in ``_config.yml``) this module tells myst-nb the folder.

    _build/execution/<key>/        the cache (jupyter-cache's own layout)
    _build/execution/status.json   {"chapters/foundations/perceptron":
                                     {"seconds": 3.2, "peak_mb": 210, "cells": 41,
                                      "profile": {"start": 1.1, "claims": 0.8, ...},
                                      "executed": "2026-11-20T21:04:11"}, ...}
                                   peak_mb is null where the system does not tell it
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACE = Path("_build") / "execution"


def inputs(root: Path = ROOT) -> list[Path]:
    """Files besides the notebook itself that decide its outputs, in a fixed order."""
    written_by_hand = (path for path in (root / "lib").rglob("*")
                       if path.is_file() and not _generated(path.relative_to(root)))
    return [*sorted(written_by_hand), root / "constraints.txt"]


def _generated(path: Path) -> bool:
    """True for what Python, an installer or an editor leaves below ``lib/``."""
    return any(part == "__pycache__" or part.endswith(".egg-info") or part.startswith(".")
               for part in path.parts)


def hashes(root: Path = ROOT) -> dict[str, str]:
    """Hash of each of the inputs by its path below the root, and of Python's minor version."""
    found = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
    for path in inputs(root):
        content = path.read_bytes() if path.exists() else b"missing"
        found[path.relative_to(root).as_posix()] = hashlib.sha256(content).hexdigest()[:16]
    return found


def cache_key(root: Path = ROOT) -> str:
    """Hash of the library, the pinned packages and Python's minor version."""
    return hashlib.sha256(json.dumps(hashes(root)).encode()).hexdigest()[:16]


def cache_folder(root: Path = ROOT) -> Path:
    """Folder of the executed notebooks that belong to the present library and packages."""
    return Path(root) / PLACE / cache_key(Path(root))


def earlier(root: Path = ROOT) -> list[Path]:
    """The caches of earlier libraries, newest first."""
    current = cache_folder(root)
    folders = [path for path in (Path(root) / PLACE).glob("*") if path.is_dir() and path != current]
    return sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)


def prune(root: Path = ROOT, keep: int = 2) -> list[Path]:
    """Delete the caches of earlier libraries; the newest `keep` stay (an edit is often undone)."""
    stale = earlier(root)[max(keep - 1, 0):]
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)
    return stale


def notebooks(root: Path = ROOT) -> list[Path]:
    """Every notebook of the book, chapters and front matter, in a fixed order."""
    found = (path for folder in ("book", "chapters") for path in (Path(root) / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def status_path(root: Path = ROOT) -> Path:
    """The file with run time and memory of each chapter (see the module's head for its form)."""
    return Path(root) / PLACE / "status.json"


def read_status(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """Run time and memory by docname; empty before anything was executed."""
    path = status_path(root)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def setup(app: Any) -> dict[str, Any]:
    """Give myst-nb the folder; a changed key makes Sphinx read every page again."""
    def set_folder(app: Any, config: Any) -> None:
        config.nb_execution_cache_path = str(cache_folder(Path(app.srcdir)))

    app.connect("config-inited", set_folder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
