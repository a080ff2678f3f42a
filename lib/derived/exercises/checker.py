"""Tell a reader whether a function is right, and if it is not, where and probably why."""

import copy
import html
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from derived.exercises import comparison

__all__ = ["Checker", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: true when the answer is right.

    Attributes
    ----------
    name
        The exercise.
    cases
        How many cases were tried.
    problem
        What went wrong; empty when the answer is right.
    hint
        The advice for the slip that the answer makes; empty when none is recognised.
    """

    name: str
    cases: int
    problem: str = ""
    hint: str = ""

    def __bool__(self) -> bool:
        return not self.problem

    def __repr__(self) -> str:
        if self:
            return f"✓ {self.name}: right on all {self.cases} cases"
        hint = f"\nHint: {self.hint}" if self.hint else ""
        return f"✗ {self.name}: {self.problem}{hint}"

    def _repr_html_(self) -> str:
        kind, color = ("right", "#1A7A52") if self else ("wrong", "#B3122A")
        head, _, rest = html.escape(repr(self)).partition("\n")
        detail = f'<div style="font-family:monospace;white-space:pre-wrap">{rest}</div>' if rest else ""
        style = f"border-left:.25em solid {color};padding-left:.75em"
        return f'<div class="verdict verdict-{kind}" style="{style}"><p style="margin:0">{head}</p>{detail}</div>'


@dataclass(frozen=True)
class Outcome:
    """What a function did with one case."""

    value: object = None
    error: Exception | None = None
    changed: int = 0

    def same(self, other: "Outcome", tol: float) -> bool:
        """Whether both did the same: equal values, or errors of one type, and arguments equally changed."""
        if self.error or other.error:
            return type(self.error) is type(other.error)
        return self.changed == other.changed and not comparison.difference(self.value, other.value, tol)


class Checker:
    """A checker for one exercise: call it with the reader's function.

    Parameters
    ----------
    name
        What the function is called in the exercise.
    reference
        The right function: the library's, or better an independent one.
    cases
        ``cases(rng)`` yields tuples of arguments, 20 or more, edge cases among them; `rng` is fixed.
    slips
        Plausible wrong functions, by the hint that each deserves. An answer that does the same as a slip on
        every case gets its hint.
    tol
        Largest difference accepted, relative to ``max(1, |expected|)``.
    expects
        The arguments and the result in words, shown when an answer is wrong.

    Examples
    --------
    >>> double = Checker("double", lambda x: 2 * x, lambda rng: ((x,) for x in rng.normal(size=20)),
    ...                  slips={"Multiply, do not square.": lambda x: x**2})
    >>> double(lambda x: x + x)
    ✓ double: right on all 20 cases
    """

    def __init__(
        self,
        name: str,
        reference: Callable,
        cases: Callable[[np.random.Generator], Iterable[tuple]],
        slips: dict[str, Callable] | None = None,
        tol: float = 1e-10,
        expects: str = "",
    ) -> None:
        self.name, self.reference, self.slips = name, reference, dict(slips or {})
        self.tol, self.expects, self._cases = tol, expects, cases
        self.__doc__ = f"Check {self.signature()}. {expects}".strip()

    def cases(self) -> list[tuple]:
        """The arguments of every case; the same on every call."""
        made = self._cases(np.random.default_rng(0))
        return [args if isinstance(args, tuple) else (args,) for args in made]

    def signature(self) -> str:
        """How the exercise calls the function: its name and the names of the reference's arguments."""
        return f"{self.name}({', '.join(inspect.signature(self.reference).parameters)})"

    def __repr__(self) -> str:
        return f"Checker of {self.signature()}: {self.expects}".rstrip(": ")

    def __call__(self, function: Callable) -> Verdict:
        """Try `function` on every case and say what came of it."""
        cases = self.cases()
        if not callable(function):
            problem = f"got {function!r}, expected the function {self.signature()}"
            return Verdict(self.name, len(cases), problem)
        if problem := self._misfit(function, cases[0]):
            return Verdict(self.name, len(cases), problem)
        wanted = [_try(self.reference, args) for args in cases]
        given = [_try(function, args) for args in cases]
        for number, (args, want, got) in enumerate(zip(cases, wanted, given, strict=True), start=1):
            if problem := self._problem(want, got):
                text = f"case {number} of {len(cases)} fails: {problem}\n{self._arguments(args)}"
                if not want.error and not got.error:
                    text += f"\n  expected {comparison.text(want.value)}"
                    text += f"\n  got      {comparison.text(got.value)}"
                if self.expects:
                    text += f"\n{self.signature()}: {self.expects}"
                return Verdict(self.name, len(cases), text, self._hint(cases, given))
        return Verdict(self.name, len(cases))

    def _misfit(self, function: Callable, args: tuple) -> str:
        try:
            inspect.signature(function).bind(*args)
        except TypeError as error:
            return f"the exercise calls {self.signature()}, but your function does not take that: {error}"
        except ValueError:  # a built-in without signature
            pass
        return ""

    def _problem(self, want: Outcome, got: Outcome) -> str:
        if want.error:
            kind = type(want.error).__name__
            if type(got.error) is type(want.error):
                return ""
            return f"expected a {kind} ({want.error}), got {got.error or comparison.text(got.value)}"
        if got.error:
            return f"your function stops with {type(got.error).__name__}: {got.error}"
        if got.value is None and want.value is not None:
            return "your function returns None: is the return missing?"
        if problem := comparison.difference(got.value, want.value, self.tol):
            return problem
        if got.changed and not want.changed:
            name = self._names(got.changed)[got.changed - 1]
            return f"your function changes its argument {name} in place: work on a copy"
        return ""

    def _hint(self, cases: list[tuple], given: list[Outcome]) -> str:
        for hint, slip in self.slips.items():
            if all(_try(slip, args).same(got, self.tol) for args, got in zip(cases, given, strict=True)):
                return hint
        return ""

    def _names(self, count: int) -> list[str]:
        names = list(inspect.signature(self.reference).parameters)
        return names + [f"argument {k + 1}" for k in range(len(names), count)]

    def _arguments(self, args: tuple) -> str:
        pairs = zip(self._names(len(args)), args, strict=False)
        return "\n".join(f"  {name} = {comparison.text(value)}" for name, value in pairs)


def _try(function: Callable, args: tuple) -> Outcome:
    own = copy.deepcopy(args)
    try:
        with np.errstate(all="ignore"):
            value = function(*own)
    except Exception as error:
        return Outcome(error=error)
    for k, (before, after) in enumerate(zip(args, own, strict=True), start=1):
        if not isinstance(before, np.random.Generator) and comparison.difference(after, before, 0.0):
            return Outcome(value, changed=k)
    return Outcome(value)
