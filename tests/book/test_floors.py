"""The library is built in floors: a room imports only from floors below; files and functions are short.

The rules read the syntax trees, so imports inside functions count too.  Each rule is first shown
to reject a small library that breaks it.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from execution import ROOT

LIBRARY = ROOT / "lib" / "derived"
FLOORS = {"arguments": 0, "check": 1, "tensor": 2, "ops": 3, "nn": 4, "initialization": 4,
          "optim": 5, "schedules": 5, "data": 6, "training": 6}
TOPICS = 7
FOR_CHAPTERS = ("viz", "exercises", "parity")
NEIGHBOURS = {("nn", "initialization")}
FOREIGN = {"torch", "sympy", "IPython", "ipywidgets", "pytest"}
FOREIGN_ALLOWED = {"IPython": ("check", "viz", "exercises"), "ipywidgets": ("viz",), "torch": ("parity",)}
FILE_LINES, FUNCTION_LINES = 400, 40

Library = dict[str, str]


def read() -> Library:
    """The library's files, by their path below ``lib/derived``."""
    return {path.relative_to(LIBRARY).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(LIBRARY.rglob("*.py"))}


def room(path: str) -> str:
    """The room of a file or module: the first name below ``derived``."""
    return Path(path.replace(".", "/").removesuffix("/py")).parts[0] if path else ""


def imports(path: str, code: str) -> Iterator[str]:
    """Absolute names of the modules that a file imports, relative imports resolved."""
    package = ["derived", *Path(path).parent.parts]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{name.name}" for name in node.names)


def floor(name: str) -> int:
    return FLOORS.get(name, TOPICS)


def import_faults(library: Library) -> list[str]:
    """Imports that do not lead to a floor below."""
    faults = []
    for path, code in library.items():
        here = room(path)
        for target in imports(path, code):
            there = room(target.removeprefix("derived.")) if target.startswith("derived.") else ""
            if there in ("", here) or here == "__init__" or f"{there}.py" not in library and not any(
                    other.startswith(f"{there}/") for other in library):
                continue
            if there in FOR_CHAPTERS:
                faults.append(f"{path} imports {there}, which is for chapters only")
            elif here not in FOR_CHAPTERS and floor(there) >= floor(here) and (here, there) not in NEIGHBOURS:
                faults.append(f"{path} (floor {floor(here)}) imports {there} (floor {floor(there)})")
    return faults


def foreign_faults(library: Library) -> list[str]:
    """Packages that the library does without: references for the checks, tools of the page."""
    return [f"{path} imports {target}" for path, code in library.items() for target in imports(path, code)
            if (name := target.split(".")[0]) in FOREIGN and room(path) not in FOREIGN_ALLOWED.get(name, ())]


def cycle_faults(library: Library) -> list[str]:
    """Modules that import each other in a circle (an ``__init__`` stands for its package)."""
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in library}
    edges = {}
    for name, path in modules.items():
        found = set()
        for target in imports(path, library[path]):
            inner = target.removeprefix("derived.")
            found |= {part for part in (inner, inner.rpartition(".")[0]) if part in modules and part != name}
        # A package imports its own files; that they name the package again is no circle of files.
        edges[name] = {part for part in found if not name.startswith(f"{part}.")}
    return [f"circle through {name}" for name in edges if _reaches(name, name, edges)]


def _reaches(start: str, goal: str, edges: dict[str, set[str]]) -> bool:
    seen, todo = set(), list(edges[start])
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += edges[name]
    return False


def functions(tree: ast.AST, public: bool = True) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """Every function with whether a reader can call it: no underscore in its way."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, public and not node.name.startswith("_")
            yield from functions(node, False)
        else:
            inner = public and not (isinstance(node, ast.ClassDef) and node.name.startswith("_"))
            yield from functions(node, inner)


def size_faults(library: Library) -> list[str]:
    """Files over 400 lines, functions of more than 40 lines of code (docstrings do not count)."""
    faults = [f"{path}: {len(code.splitlines())} lines, allowed are {FILE_LINES}"
              for path, code in library.items() if len(code.splitlines()) > FILE_LINES]
    for path, code in library.items():
        for node, _ in functions(ast.parse(code)):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            lines = node.end_lineno - first.lineno + 1
            if lines > FUNCTION_LINES:
                faults.append(f"{path}: {node.name} has {lines} lines, allowed are {FUNCTION_LINES}")
    return faults


def docstring_faults(library: Library) -> list[str]:
    """Modules, public classes and public functions without a docstring.

    A method that overrides a documented one of the library inherits its docstring.
    """
    faults = []
    inherited = {node.name for code in library.values() for cls in ast.walk(ast.parse(code))
                 if isinstance(cls, ast.ClassDef) for node, _ in functions(cls) if ast.get_docstring(node)}
    for path, code in library.items():
        tree = ast.parse(code)
        faults += [] if ast.get_docstring(tree) else [f"{path}: the module"]
        overrides = {node for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef) and cls.bases
                     for node in cls.body if getattr(node, "name", "") in inherited}
        public = [node for node, shown in functions(tree)
                  if shown and node not in overrides and not _overload(node)]
        public += [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        faults += [f"{path}: {node.name}" for node in public if not ast.get_docstring(node)]
    return faults


def _overload(node: ast.FunctionDef) -> bool:
    """True where a decorator makes the docstring stand elsewhere (overloads, setters)."""
    return any(ast.unparse(item).split(".")[-1] in ("overload", "setter") for item in node.decorator_list)


def annotation_faults(library: Library) -> list[str]:
    """Public functions with an argument or a result that has no type."""
    faults = []
    for path, code in library.items():
        for node, shown in functions(ast.parse(code)):
            primitive = any("primitive" in ast.unparse(item) for item in node.decorator_list)
            if not shown or primitive:
                continue  # the arguments of a primitive are arrays and its result a tuple of pullbacks
            spec = node.args
            every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
            untyped = [arg.arg for arg in every if arg and not arg.annotation and arg.arg not in ("self", "cls")]
            faults += [f"{path}: {node.name}({name})" for name in untyped]
            faults += [] if node.returns else [f"{path}: {node.name} -> ?"]
    return faults


RULES: dict[Callable[[Library], list[str]], list[Library]] = {
    import_faults: [
        {"ops/linear.py": "from derived.nn import Linear", "nn/linear.py": ""},
        {"tensor.py": "def f():\n    from derived import ops", "ops/__init__.py": ""},
        {"ops/linear.py": "from ..optim.sgd import SGD", "optim/sgd.py": ""},
        {"nn/linear.py": "import derived.viz.style", "viz/style.py": ""},
        {"mlp.py": "from derived.parity import torch_twin", "parity.py": ""},
        {"perceptron.py": "from derived.exercises import Checker", "exercises/__init__.py": ""},
        {"viz/style.py": "from derived.exercises import Checker", "exercises/__init__.py": ""},
        {"vae.py": "from derived import flows", "flows.py": ""},
        {"optim/sgd.py": "from derived import schedules", "schedules.py": ""},
    ],
    foreign_faults: [
        {"ops/linear.py": "import torch.nn"}, {"optim/sgd.py": "def f():\n    from torch import optim"},
        {"nn/linear.py": "from IPython.display import display"}, {"exercises/mlp.py": "import torch"},
    ],
    cycle_faults: [
        {"ops/a.py": "from derived.ops import b", "ops/b.py": "from derived.ops.a import f"},
        {"ops/a.py": "from . import b", "ops/b.py": "from . import c", "ops/c.py": "from .a import f"},
        {"a.py": "from derived import b", "b.py": "def f():\n    import derived.a"},
    ],
    size_faults: [{"a.py": "x = 1\n" * 401}, {"a.py": "def f():\n" + "    x = 1\n" * 41},
                  {"a.py": "class A:\n    def f(self):\n" + "        x = 1\n" * 41}],
    docstring_faults: [{"a.py": "def f():\n    '''F.'''"}, {"a.py": "'''A.'''\ndef f():\n    pass"},
                       {"a.py": "'''A.'''\nclass A:\n    pass"},
                       {"a.py": "'''A.'''\nclass A:\n    '''B.'''\n    def f(self):\n        pass"},
                       {"a.py": "'''A.'''\nclass A(B):\n    '''B.'''\n    def f(self):\n        pass"}],
    annotation_faults: [{"a.py": "def f(x) -> int: pass"}, {"a.py": "def f(x: int): pass"},
                        {"a.py": "class A:\n    def f(self, *x) -> int: pass"}],
}

GOOD: Library = {
    "__init__.py": "'''The library.'''",
    "ops/__init__.py": "'''Ops.'''\nfrom derived.ops.linear import linear",
    "ops/linear.py": "'''Linear.'''\nfrom derived.tensor import primitive\nfrom derived.ops import other\n"
                     "@primitive\ndef linear(x, W):\n    '''Product.'''\n    def _inner(y): return y",
    "ops/other.py": "'''Other.'''\nimport numpy as np",
    "tensor.py": "'''Tensor.'''\ndef f(x: int) -> int:\n    '''F.'''\n    return x",
    "nn/mlp.py": "'''MLP.'''\nfrom derived import initialization, ops\nfrom .other import g",
    "nn/other.py": "'''Other.'''\ndef _g(x): return x",
    "initialization.py": "'''Start.'''",
    "exercises/mlp.py": "'''Checks.'''\nfrom derived.vae import VAE\nfrom IPython.display import HTML",
    "vae.py": "'''VAE.'''\nfrom derived.nn.mlp import MLP",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_library_keeps_the_rule(rule: Callable[[Library], list[str]]) -> None:
    faults = rule(read())
    assert not faults, f"{rule.__doc__}\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_accepts_a_good_library_and_rejects_bad_ones(rule: Callable[[Library], list[str]]) -> None:
    assert rule(GOOD) == []
    for library in RULES[rule]:
        assert rule(library), library
