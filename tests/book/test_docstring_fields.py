"""Docstrings and signatures as the reference of the library shows them, built with the settings of the book."""

import html
import io
import re
import sys
import warnings

import docstring_fields
import pytest
import yaml
from execution import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

MODULE = r'''
"""A module."""
from __future__ import annotations
from typing import NamedTuple
import numpy as np
from numpy.typing import ArrayLike, DTypeLike

MEAN = 0.5
"""Best answer: the mean."""


class Pair(NamedTuple):
    """Two numbers.

    Attributes
    ----------
    down, right : negative ones move up.
    """

    down: int
    right: int


def long(x: ArrayLike | None, *rest: int, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> np.ndarray:
    r"""Entries with descriptions.

    Parameters
    ----------
    x, rest : of the blocks.
    rng : whether the last residual is at most the tolerance. That is no proof of a minimum: where the infimum of the
        Loss is not attained, none exists.

    Returns
    -------
    The point at the end, and :math:`\frac12\beta(d+\Delta\log q_\tau)` along the path: by how much
    it : grows.

    Raises
    ------
    ValueError
        if p lies outside [0, 1).
    """


def typed(N: int, k: int, rng: np.random.Generator):
    """Entries with types.

    Parameters
    ----------
    N, k : int
        2 <= k <= N.
    rng : numpy.random.Generator

    Returns
    -------
    moved (width,) : how far, for a unit that was trained in all of the epochs but the one that was left
        out.
    accuracy : on `test`.
    """


def value():
    """Give a type only.

    Yields
    ------
    History
        With what happened.
    """
'''


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The text of each documented name, with ``**`` for bold and ``_`` for italics."""
    folder, said = tmp_path_factory.mktemp("fields"), io.StringIO()
    (folder / "documented_here.py").write_text(MODULE, "utf-8")
    (folder / "index.rst").write_text("Page\n====\n\n.. automodule:: documented_here\n   :members:\n", "utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
    settings = {name: value for name, value in config.items() if re.match("autodoc|napoleon|python|nitpick", name)}
    settings["extensions"] = ["docstring_fields", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(), patch_docutils(None), docutils_namespace():
        patch.syspath_prepend(str(folder))
        warnings.simplefilter("ignore")  # Sphinx's and docutils' own deprecations are not ours
        Sphinx(str(folder), None, str(folder / "html"), str(folder / "trees"), "html", confoverrides=settings,
               status=None, warning=said).build()  # fmt: skip
        sys.modules.pop("documented_here")
    assert said.getvalue() == ""
    page = (folder / "html/index.html").read_text("utf-8")
    page = re.sub("</?strong>", "**", re.sub(r'</?em>|<em class="sig-param">', "_", page))
    return " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())


def test_descriptions_are_no_types(shown):
    assert r"**x**, **rest** – of the blocks." in shown
    assert "**rng** – whether the last residual is at most the tolerance. That is no proof of a minimum: where the " \
           "infimum of the Loss is not attained, none exists." in shown  # fmt: skip
    assert "Attributes: **down**, **right** – negative ones move up." in shown


def test_types_stand_in_brackets(shown):
    assert "**N**, **k** (int) – 2 <= k <= N." in shown
    assert "**rng** (numpy.random.Generator) Returns:" in shown
    assert "Yields: History – With what happened." in shown


def test_what_is_returned_is_one_paragraph_or_a_list_and_keeps_its_formulas(shown):
    assert (r"Returns: The point at the end, and \(\frac12\beta(d+\Delta\log q_\tau)\) along the path: by how much "
            r"it : grows. Raises: **ValueError** – if p lies outside [0, 1).") in shown  # fmt: skip
    assert "**moved** (width,) – how far, for a unit that was trained in all of the epochs but the one that was left " \
           "out. **accuracy** – on test." in shown  # fmt: skip


def test_what_python_or_napoleon_adds_is_left_out(shown):
    assert "Alias for" not in shown
    assert "Best answer: the mean." in shown


def test_signatures_name_their_types(shown):
    assert "(x: ArrayLike | None, *rest: int, rng: Generator, dtype: DTypeLike = numpy.float32) → ndarray" in \
           re.sub("_(?=[(),])|(?<=[( ])_", "", shown)  # fmt: skip


@pytest.mark.parametrize(("names", "text", "below", "typed"), [
    ("rng", "numpy.random.Generator", "    Its child orders the batches.", True),
    ("batch_size", "int", "    b >= 1.", True),
    ("name", '{"digits", "iris", "breast_cancer", "wine", "diabetes", "images", "mnist"}', "    Only one.", True),
    ("dtype", "of the parameters.", "    A second sentence.", False),
    ("dtype", "of the parameters", "", False),
    ("variance", r':math:`\sigma_t^2`, ``"beta"`` or ``"posterior"``, as in',
     "    :func:`derived.topics.diffusion_sampling.ancestral`.", False),
])  # fmt: skip
def test_types_have_a_short_line(names, text, below, typed):
    assert docstring_fields.has_type(names, text, below) is typed
