"""One source of dependencies: requirements.in names them, constraints.txt pins them, the rest agrees."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from execution import ROOT
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pins import pins

SHELL = ROOT / "book/_tools/find_python.sh"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def lines(text: str) -> list[str]:
    """The lines that are no comments."""
    return [line for raw in text.splitlines() if (line := re.sub(r"(^|\s)#.*", "", raw).strip())]


def requirements() -> dict[str, Requirement]:
    found = map(Requirement, lines((ROOT / "requirements.in").read_text("utf-8")))
    return {canonicalize_name(item.name): item for item in found}


def pinned() -> dict[str, str]:
    """Version by package; a line that is no exact pin is an error."""
    found = {}
    for line in lines((ROOT / "constraints.txt").read_text("utf-8")):
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!]+)", line)
        assert match, f"constraints.txt: {line!r} is not name==version without a local suffix"
        found[canonicalize_name(match[1])] = match[2]
    return found


def needed(names: list[str]) -> set[str]:
    """The packages that the named ones pull in on this machine, themselves included."""
    seen: set[tuple[str, str]] = set()
    todo = [(name, "") for name in names]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for text in importlib.metadata.requires(name) or []:
            item = Requirement(text)
            if item.marker is None or item.marker.evaluate({**default_environment(), "extra": extra}):
                todo += [(canonicalize_name(item.name), part) for part in ("", *item.extras)]
    return {name for name, _ in seen}


def test_every_requirement_is_pinned_within_its_limits() -> None:
    versions = pinned()
    for name, item in requirements().items():
        assert name in versions, f"{name} is not pinned: run `make pins`"
        assert item.specifier.contains(versions[name]), f"{item} excludes the pinned {versions[name]}"
        assert not item.url and not item.marker


def test_everything_that_the_requirements_pull_in_is_pinned_and_nothing_else() -> None:
    frozen_under = re.search(r"Python (\d+\.\d+)", (ROOT / "constraints.txt").read_text("utf-8"))[1]
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if (frozen_under, "linux") != (here, sys.platform):
        pytest.skip(f"constraints.txt was frozen under Python {frozen_under} on Linux")
    # PyPI's build of torch for Linux brings CUDA along, the pinned versions are the CPU build's.
    optional = ("pip", "setuptools", "wheel", "nvidia", "triton", "cuda")
    used = {name for name in needed(list(requirements())) if not name.startswith(optional)}
    assert used == {name for name in pinned() if not name.startswith(optional)}


def test_the_library_needs_nothing_that_the_requirements_do_not_name() -> None:
    for text in PROJECT["dependencies"]:
        item = Requirement(text)
        assert requirements()[canonicalize_name(item.name)].specifier == item.specifier


def test_conda_has_the_pinned_torch_and_a_python_that_the_project_allows() -> None:
    conda = dict(item.split("=", 1) for item in CONDA["dependencies"] if isinstance(item, str) and "=" in item)
    assert conda["pytorch-cpu"] == pinned()["torch"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(conda["python"])


def test_conda_takes_everything_else_from_the_same_two_files() -> None:
    pip = next(item["pip"] for item in CONDA["dependencies"] if isinstance(item, dict))
    assert pip == ["-r requirements.in", "-c constraints.txt", "-e ."]
    assert {item.split("=")[0] for item in CONDA["dependencies"] if isinstance(item, str)} == {
        "python", "pip", "pytorch-cpu"}


def test_binder_reads_only_the_environment() -> None:
    assert not [name for name in ("binder", ".binder", "requirements.txt", "Dockerfile", "runtime.txt", "setup.py")
                if (ROOT / name).exists()]


@pytest.mark.parametrize("name", ["requirements.in", "constraints.txt", "environment.yml", "pyproject.toml"])
def test_no_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"--(?:extra-)?index-url|--find-links|file://|@\s*https?://", text)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"github.com", "deep-learning-derived.github.io"}


def test_binder_can_read_the_environment(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text((ROOT / "environment.yml").read_text("utf-8"))
    done = _repo2docker(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "environment.yml" in done.stdout + done.stderr
    (tmp_path / "environment.yml").write_text("dependencies: [python=2.3]\n")
    assert _repo2docker(tmp_path).returncode != 0


def _repo2docker(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id", "1000",
               "--user-name", "jovyan", str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


def test_pins_drop_local_suffixes_and_the_project_itself() -> None:
    frozen = "torch==2.13.0+cpu\n# Editable\n-e /somewhere\ndeep-learning-derived==0.1\nabc @ file:///x\nNumPy==2.4\n"
    assert pins(frozen) == ["NumPy==2.4", "torch==2.13.0"]


def find_python(folder: Path, **versions: str) -> subprocess.CompletedProcess[str]:
    """Run the search where only these fake Pythons exist."""
    for name, version in versions.items():
        fake = folder / name.replace("_", ".")
        major, minor = version.split(".")
        good = 11 <= int(minor) < 14
        fake.write_text(f"#!/bin/sh\ncase \"$2\" in *ensurepip*) exit 0;; *) exit {0 if good else 1};; esac\n")
        fake.chmod(0o755)
    return subprocess.run(["/bin/sh", str(SHELL)], capture_output=True, text=True, env={"PATH": str(folder)})


@pytest.mark.parametrize(("versions", "expected"), [
    ({"python3": "3.12"}, "python3"),
    ({"python3": "3.9", "python3_13": "3.13"}, "python3.13"),
    ({"python3": "3.14", "python3_11": "3.11"}, "python3.11"),
    ({"python": "3.11"}, "python"),
])
def test_a_suitable_python_is_found(tmp_path: Path, versions: dict[str, str], expected: str) -> None:
    done = find_python(tmp_path, **versions)
    assert (done.returncode, Path(done.stdout.strip()).name) == (0, expected), done.stderr


@pytest.mark.parametrize("versions", [{}, {"python3": "3.9"}, {"python3": "3.14", "python": "3.8"}])
def test_without_a_suitable_python_the_search_says_what_to_do(tmp_path: Path, versions: dict[str, str]) -> None:
    done = find_python(tmp_path, **versions)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Python 3.11, 3.12 or 3.13" in done.stderr
