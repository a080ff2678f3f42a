"""Every checker of the book: its reference passes, each slip is rejected and gets its own hint.

A slip that passes means that the cases cannot tell it from the right answer; a slip with the hint of another
means that the reader would be told something false.
"""

import importlib
import inspect
import pkgutil

import pytest

import derived.exercises
from derived.exercises import Checker


def every_checker():
    for found in pkgutil.walk_packages(derived.exercises.__path__, "derived.exercises."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, Checker):
                yield pytest.param(value, id=f"{found.name.removeprefix('derived.exercises.')}.{name}")


def faults(checker: Checker) -> list[str]:
    found = []
    if len(checker.cases()) < 20:
        found.append(f"{len(checker.cases())} cases, expected 20 or more")
    if not checker.slips:
        found.append("no slips, expected at least one plausible wrong answer")
    if any(p.kind is p.KEYWORD_ONLY for p in inspect.signature(checker.reference).parameters.values()):
        found.append(f"options of the reference are shown to the reader: {checker.signature()}")
    if not (verdict := checker(checker.reference)):
        found.append(f"the reference fails: {verdict}")
    for hint, slip in checker.slips.items():
        verdict = checker(slip)
        if verdict:
            found.append(f"the slip passes: {hint}")
        elif verdict.hint != hint:
            found.append(f"the slip of {hint!r} gets the hint {verdict.hint!r}")
    return found


@pytest.mark.parametrize("checker", list(every_checker()))
def test_checker_is_sound(checker):
    assert not faults(checker)


def numbers(count):
    return lambda rng: ((float(x),) for x in rng.normal(size=count))


@pytest.mark.parametrize(
    ("checker", "fault"),
    [
        (Checker("f", abs_ := lambda x: abs(x), numbers(3), {"sign": lambda x: -x}), "3 cases"),
        (Checker("f", abs_, numbers(20)), "no slips"),
        (Checker("f", lambda x, *, sign=1: sign * abs(x), numbers(20)), "options of the reference are shown"),
        (Checker("f", abs_, numbers(20), {"same": lambda x: (x * x) ** 0.5}), "the slip passes"),
        (Checker("f", abs_, numbers(20), {"a": lambda x: x, "b": lambda x: 1 * x}), "gets the hint 'a'"),
        (Checker("f", lambda x, seen=[]: seen.append(x) or len(seen), numbers(20), {"a": abs_}), "reference"),  # noqa: B006
    ],
)
def test_an_unsound_checker_is_found(checker, fault):
    assert any(fault in found for found in faults(checker))
