"""The bar shows in a terminal and in a live notebook, and nowhere else."""

import io
import sys
import types

import nbclient
import nbformat
import numpy as np
import pytest

from derived import nn, ops, optim
from derived.training import fit, progress

CODE = """
import numpy as np
from derived import nn, ops, optim
from derived.training import fit
X, y = np.eye(2), np.arange(2)
model = nn.Linear(2, 2, rng=np.random.default_rng(0), dtype=float)
history = fit(model, ops.cross_entropy, optim.SGD(model.parameters(), 0.1), [(X, y)] * 50, 20)
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


def small_fit(**options):
    model = nn.Linear(2, 2, rng=np.random.default_rng(0), dtype=float)
    batches = [(np.eye(2), np.arange(2))] * 3
    return fit(model, ops.cross_entropy, optim.SGD(model.parameters(), 0.1), batches, 4, **options)


def test_a_terminal_gets_a_bar_and_keeps_no_trace(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    bars = []
    original = progress.progress_bar
    monkeypatch.setattr("derived.training.loop.progress_bar", lambda *a: bars.append(original(*a)) or bars[-1])
    small_fit()
    (bar,) = bars
    assert bar.n == bar.total == 12
    assert "batch" in sys.stderr.getvalue()


@pytest.mark.parametrize(("stream", "show"), [(Terminal, False), (io.StringIO, True)])
def test_silence(monkeypatch, stream, show):
    monkeypatch.setattr(sys, "stderr", stream())
    small_fit(progress=show)
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize(("asks", "expected"), [(True, "notebook"), (False, None)])
def test_a_kernel_shows_a_bar_if_somebody_could_answer_it(monkeypatch, asks, expected):
    shell = types.SimpleNamespace(kernel=types.SimpleNamespace(_allow_stdin=asks))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert progress.watcher() == expected


def test_an_executed_notebook_has_no_output():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[0].outputs == []
