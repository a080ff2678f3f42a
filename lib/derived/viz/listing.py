"""Show the source of the library in a chapter as it stands, but for `# fmt: skip`, so that no chapter repeats it."""

import ast
import inspect
import textwrap
from functools import cached_property
from pathlib import Path

import derived

__all__ = ["Listing", "link_to_lines", "listing"]

REPOSITORY = "https://github.com/deep-learning-derived/deep-learning-derived/blob/main"


class Listing:
    """Source text with a link to its place; shown as highlighted Markdown in JupyterLab and on the site."""

    def __init__(self, parts: list[tuple[str, str]]) -> None:
        self.parts = parts

    def _repr_markdown_(self) -> str:
        return "\n\n".join(f"```python\n{source}\n```\n\n{link}" for link, source in self.parts)

    def __repr__(self) -> str:
        return "\n\n".join(source for _, source in self.parts)


def listing(*objects: object, doc: bool = True) -> Listing:
    """Source of functions, classes, methods or modules of ``derived``, linked to their lines on GitHub.

    Parameters
    ----------
    *objects
        What to show. A primitive shows its rule with the decorator above it.
    doc
        Whether to keep the docstring of each object; without it the link line says that it is left out.

    Raises
    ------
    ValueError
        If an object is not a function, class, method or module of the library.
    """
    if not objects:
        raise ValueError("listing: objects is empty, expected at least one function or class of derived")
    return Listing([_part(obj, doc) for obj in objects])


def link_to_lines(file: str | Path, start: int, end: int) -> str:
    """Address of lines of a file of the library on GitHub."""
    return f"{REPOSITORY}/{path_in_repository(file)}#L{start}-L{end}"


def path_in_repository(file: str | Path) -> str:
    """``lib/derived/…`` of a file of the library, wherever that is installed."""
    return (Path("lib") / Path(file).relative_to(Path(derived.__file__).parent.parent)).as_posix()


def _part(obj: object, doc: bool) -> tuple[str, str]:
    target = _plain(obj)
    package = Path(derived.__file__).parent
    try:
        file = Path(inspect.getsourcefile(target))
        lines, start = inspect.getsourcelines(target)
    except (TypeError, OSError):
        raise ValueError(f"listing: {obj!r} has no source, expected a function or class of derived") from None
    if package not in file.parents:
        raise ValueError(f"listing: {obj!r} stands in {file.name}, expected an object of the package derived")
    start = max(start, 1)
    end = start + len(lines) - 1
    # remarks to the formatter say nothing to a reader, and make long lines scroll
    source = textwrap.dedent("".join(lines)).rstrip().replace("  # fmt: skip", "")
    note = ""
    if not doc:
        shorter = without_docstring(source)
        note = ", docstring left out" if shorter != source else ""
        source = shorter
    return f"[`{path_in_repository(file)}`, lines {start}–{end}]({link_to_lines(file, start, end)}){note}", source


def _plain(obj: object) -> object:
    """The function that a primitive, property or wrapper stands for."""
    if isinstance(obj, property):
        return obj.fget
    if isinstance(obj, cached_property):
        return obj.func
    rule = getattr(obj, "rule", None)
    if inspect.isfunction(rule) and not inspect.isclass(obj):
        return rule
    return inspect.unwrap(obj) if callable(obj) else obj


def without_docstring(source: str) -> str:
    """The same source without the docstring of its outermost definition (or module)."""
    tree = ast.parse(source)
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    owner = tree.body[0] if len(tree.body) == 1 and isinstance(tree.body[0], definitions) else tree
    if ast.get_docstring(owner) is None or len(owner.body) == 1:
        return source
    first = owner.body[0]
    lines = source.splitlines()
    rest = lines[first.end_lineno :]
    while rest and not rest[0].strip():
        rest = rest[1:]
    return "\n".join(lines[: first.lineno - 1] + rest)
