"""Listings show the library as it stands, with a link to the right lines."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import derived
from derived.tensor import primitive
from derived.viz import listing, style
from derived.viz.explore import Explorer
from derived.viz.listing import without_docstring

LIBRARY = Path(derived.__file__).parent


def linked_lines(markdown):
    path, start, end = re.search(r"blob/main/lib/derived/(\S+)#L(\d+)-L(\d+)", markdown).groups()
    return "\n".join((LIBRARY / path).read_text(encoding="utf-8").splitlines()[int(start) - 1 : int(end)])


@pytest.mark.parametrize("obj", [style.use_style, Explorer, listing])
def test_shows_exactly_the_lines_that_it_links(obj):
    shown = listing(obj)
    assert repr(shown) == inspect.getsource(obj).rstrip() == linked_lines(shown._repr_markdown_())
    assert f"```python\n{shown!r}\n```" in shown._repr_markdown_()


def test_a_primitive_shows_its_rule_with_the_decorator():
    from derived import ops

    shown = listing(ops.tanh)
    assert repr(shown).startswith("@primitive\ndef tanh(")
    assert repr(shown) == linked_lines(shown._repr_markdown_())


def test_remarks_to_the_formatter_are_left_out():
    from derived.topics.memorization import memorize

    assert "# fmt: skip" in inspect.getsource(memorize)
    assert repr(listing(memorize)) == inspect.getsource(memorize).rstrip().replace("  # fmt: skip", "")


def test_a_method_is_shown_without_its_indent():
    assert repr(listing(Explorer.index)).startswith("def index(")
    assert repr(listing(Explorer.html)).startswith("@cached_property\ndef html(")


def test_a_module_is_shown_whole():
    text = Path(style.__file__).read_text(encoding="utf-8").replace("  # fmt: skip", "")
    assert repr(listing(style)) == text.rstrip(), "whole, but for notes to a formatter"


def test_several_objects_stand_below_each_other():
    markdown = listing(style.use_style, Explorer.index)._repr_markdown_()
    assert markdown.count("```python") == 2


def test_without_docstring_says_so_and_loses_nothing_else():
    shown = listing(style.use_style, doc=False)
    assert "docstring left out" in shown._repr_markdown_()
    tree = ast.parse(inspect.getsource(style.use_style))
    del tree.body[0].body[0]
    assert ast.dump(ast.parse(repr(shown))) == ast.dump(tree)


@pytest.mark.parametrize(
    ("source", "shorter"),
    [
        ('def f():\n    """Doc."""\n\n    return 1', "def f():\n    return 1"),
        ("def f():\n    return 1", "def f():\n    return 1"),
        ('class A:\n    """Doc."""', 'class A:\n    """Doc."""'),
        ('"""Doc."""\n\nx = 1', "x = 1"),
        ('@d\ndef f():\n    """Two\n    lines."""\n    # why\n    return 1', "@d\ndef f():\n    # why\n    return 1"),
    ],
)
def test_only_the_docstring_goes(source, shorter):
    assert without_docstring(source) == shorter


@pytest.mark.parametrize("obj", [np.linalg.norm, len, 3, np.float64, pytest])
def test_refuses_what_is_not_the_library(obj):
    with pytest.raises(ValueError, match="listing: .*expected"):
        listing(obj)


def test_refuses_nothing():
    with pytest.raises(ValueError, match="objects is empty"):
        listing()


def test_a_primitive_defined_elsewhere_is_refused():
    @primitive
    def mine(x):
        return x, lambda g: g

    with pytest.raises(ValueError, match="expected an object of the package derived"):
        listing(mine)
