"""The directive ``.. library:: ops``: every room of a package of ``derived``, from its docstrings.

Each room says which chapters use it, or which one first names something of it as ``optim.Adam``, and each source shown
in a chapter leads to its room.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import book_pages
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

import derived
from derived.viz.listing import link_to_lines

PART = "library"
FOLDER = Path(derived.__file__).parent
SOURCE = re.compile(r"/blob/main/lib/(derived/[\w/]+)\.py#L")
IMPORT = re.compile(r"^\s*(?:from (derived[\w.]*) )?import (.+?)(?: as \w+)?$", re.MULTILINE)
SHORT = re.compile(r"^from derived import (\w+) as (\w+)$", re.MULTILINE)
NAMED = re.compile(r"(?<![\w.])(check|data|nn|ops|optim|schedules|training)\.(\w+)")


class Library(SphinxDirective):
    """Sections, one a room of the package named, or of the rooms named themselves."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for name in self.arguments[0].split():
            for room in rooms(f"derived.{name}"):
                found += self.room(room)
        return found

    def room(self, room: str) -> list[nodes.Node]:
        """A section with the docstrings, and the place for the chapters that use the room."""
        title = room.rpartition(".")[2]
        text = [title, "-" * len(title), "", f".. automodule:: {room}", "   :members:", ""]
        parent = nodes.Element()
        nested_parse_with_titles(self.state, StringList(text, self.get_source_info()[0]), parent)
        place = book_pages.note(self.env, self.env.docname, PART)
        place["room"] = room
        parent.children[0].insert(1, place)
        self.env.note_dependency(str(file(room)))
        library(self.env)[room] = self.env.docname
        return parent.children


class UsedIn(SphinxPostTransform):
    """Say which chapters use a room."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(book_pages.placeholder)):
            if place["part"] == PART:
                place.replace_self(self.line(place["room"]))

    def line(self, room: str) -> list[nodes.Node]:
        """Nothing where no chapter uses the room."""
        here = self.env.docname
        users, named = ([docname for docname in book_pages.chapters(self.env)
                         if room in uses(self.env).get(docname, (set(), set()))[kind]] for kind in (0, 1))
        links = [book_pages.link(self.app, here, docname, book_pages.chapter_name(self.env, docname))
                 for docname in users or named[:1]]
        if not links:
            return []
        words: list[nodes.Node] = [nodes.Text("Used in " if users else "First used in ")]
        for link in links:
            words += [link, nodes.Text(", ")]
        return [nodes.paragraph("", "", *words[:-1], classes=["used-in"])]


class LinkSources(SphinxPostTransform):
    """Lead from a source shown in a chapter to the documentation of its room."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        if self.env.docname in library(self.env).values():
            return  # its own links to the code
        for reference in list(self.document.findall(nodes.reference)):
            room = shown_room(reference)
            if room in library(self.env):
                link = book_pages.link(self.app, self.env.docname, library(self.env)[room], "reference",
                                       anchor=f"module-{room}")
                reference.parent.insert(reference.parent.index(reference) + 1, [nodes.Text(" · "), link])


def rooms(name: str) -> list[str]:
    """The module itself or, for a package, the modules inside it."""
    module = importlib.import_module(name)
    if not hasattr(module, "__path__"):
        return [name]
    return [f"{name}.{found.name}" for found in pkgutil.iter_modules(module.__path__)]


def file(room: str) -> Path:
    """Where the source of a room stands."""
    return (FOLDER.parent / room.replace(".", "/")).with_suffix(".py")


def library(env: Any) -> dict[str, str]:
    """The page of each documented room."""
    if not hasattr(env, "book_library"):
        env.book_library = {}
    return env.book_library


def uses(env: Any) -> dict[str, tuple[set[str], set[str]]]:
    """The rooms that each page imports or shows, and those of what it names through a package."""
    if not hasattr(env, "book_uses"):
        env.book_uses = {}
    return env.book_uses


def shown_room(reference: nodes.reference) -> str:
    """The room to whose source a reference leads, or an empty string."""
    found = SOURCE.search(reference.get("refuri", ""))
    return found[1].replace("/", ".") if found else ""


def imported(code: str) -> set[str]:
    """Modules that cells may import: what stands before and after ``import``, joined in every way."""
    found = set()
    for package, names in IMPORT.findall(code):
        found.add(package)
        found.update(f"{package}.{name.strip()}" if package else name.strip() for name in names.split(","))
    return {name for name in found if name.startswith("derived")}


def named(code: str) -> set[str]:
    """Rooms of what the cells name as ``optim.Adam``, or import from a package."""
    for package, short in SHORT.findall(code):
        code = re.sub(rf"(?<![\w.]){short}\.", f"{package}.", code)
    pairs = {(f"derived.{package}", name) for package, name in NAMED.findall(code)}
    pairs |= {(package, name) for package, _, name in (one.rpartition(".") for one in imported(code)) if package}
    found = set()
    for package, name in pairs:
        if importlib.util.find_spec(package):
            found.add(getattr(getattr(importlib.import_module(package), name, None), "__module__", ""))
    return found


def collect(app: Any, doctree: nodes.document) -> None:
    """Note what a page uses."""
    code = "\n".join(block.astext() for block in doctree.findall(nodes.literal_block))
    shown = {shown_room(reference) for reference in doctree.findall(nodes.reference)}
    uses(app.env)[app.env.docname] = (shown | imported(code)) - {""}, named(code)


def purge(app: Any, env: Any, docname: str) -> None:
    """Forget a page that is about to be read again."""
    uses(env).pop(docname, None)
    for room in [room for room, page in library(env).items() if page == docname]:
        del library(env)[room]


def merge(app: Any, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what a parallel reader noted."""
    uses(env).update({name: found for name, found in uses(other).items() if name in docnames})
    library(env).update({room: page for room, page in library(other).items() if page in docnames})


def update(app: Any, env: Any) -> list[str]:
    """Write the pages again when a chapter uses other rooms or has a new name."""
    shown = [(book_pages.chapter_name(env, name), uses(env).get(name)) for name in book_pages.chapters(env)]
    return book_pages.rewrite_if_changed(env, PART, shown)


def find_export(app: Any, env: Any, node: nodes.Element, content: nodes.Node) -> nodes.reference | None:
    """Resolve ``derived.ops.relu``, which stands in a room of the package, and the names of packages."""
    target, here = node.get("reftarget", ""), node.get("refdoc", "")
    if node.get("refdomain") != "py" or not target.startswith("derived."):
        return None
    package, _, name = target.rpartition(".")
    known = env.get_domain("py").objects
    for room in (room for room in library(env) if room.startswith(f"{package}.") and f"{room}.{name}" in known):
        return book_pages.link(app, here, library(env)[room], content.astext(), anchor=f"{room}.{name}")
    for room in (room for room in library(env) if room.startswith(f"{target}.")):
        return book_pages.link(app, here, library(env)[room], content.astext())
    return None


def address(domain: str, info: dict[str, str]) -> str | None:
    """Where the code of a documented object stands, for ``sphinx.ext.linkcode``."""
    if not info["module"]:
        return None
    found: Any = importlib.import_module(info["module"])
    for name in info["fullname"].split("."):
        found = getattr(found, name, None)
    found = getattr(found, "rule", found)
    try:
        lines, start = inspect.getsourcelines(inspect.unwrap(found))
    except (TypeError, OSError):
        return None
    return link_to_lines(inspect.getsourcefile(inspect.unwrap(found)), start, start + len(lines) - 1)


def configure(app: Any, config: Any) -> None:
    """Where ``sphinx.ext.linkcode`` finds the code."""
    config.linkcode_resolve = address


def setup(app: Any) -> dict[str, Any]:
    """Register the directive and what follows from it."""
    for extension in ("book_pages", "docstring_fields", "sphinx.ext.autodoc", "sphinx.ext.napoleon",
                      "sphinx.ext.linkcode"):
        app.setup_extension(extension)
    app.add_directive(PART, Library)
    app.add_post_transform(UsedIn)
    app.add_post_transform(LinkSources)
    app.connect("config-inited", configure)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-updated", update)
    app.connect("missing-reference", find_export)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
