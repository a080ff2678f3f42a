"""Claims: a numbered statement of the book, executed against a reference that does not depend on our code.

with claim("eq-logistic-gradient", "Gradient of the logistic loss") as c:
    for x in cases:
        c.holds(gradient(x), torch_gradient(x), against="torch.autograd")
        c.rejects(-gradient(x), torch_gradient(x), because="the sign is flipped")
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from derived.arguments import one_of
from derived.check import comparisons
from derived.check.comparisons import Outcome

PREFIXES = ("eq-", "thm-", "lem-", "prop-", "cor-")


class ClaimFailed(AssertionError):
    """A claim did not hold, or a wrong version was not caught."""


class claim:
    """Check the statement labelled ``label`` inside a ``with`` block; each call of a check counts as one case.

    Parameters
    ----------
    label : the label of the displayed equation (``eq-…``) or theorem (``thm-… lem-… prop-… cor-…``).
    title : a short noun phrase that names the statement, in plain text.

    Raises
    ------
    ClaimFailed
        if a check fails, if a wrong version passes, or if the block ends without a check or without a ``rejects``.
    """

    def __init__(self, label: str, title: str) -> None:
        if not re.fullmatch(rf"({'|'.join(PREFIXES)})[a-zA-Z0-9][a-zA-Z0-9_-]*", label):
            raise ValueError(
                f"claim: label is {label!r}, expected one that starts with {', '.join(PREFIXES)}, "
                "of letters, digits and hyphens"
            )
        if not title.strip():
            raise ValueError(f"claim {label}: title is empty, expected a short noun phrase")
        self.label, self.title = label, title
        self.checked: dict[tuple[str, str], list[Outcome]] = {}
        self.rejected: dict[str, list[Outcome]] = {}

    def __enter__(self) -> claim:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: Any) -> None:
        if kind is not None:
            return
        if not self.checked:
            raise ClaimFailed(f"{self.label}: nothing was checked")
        if not self.rejected:
            raise ClaimFailed(f"{self.label}: no wrong version was rejected, so the check has not been shown to bite")
        _display(self)

    def holds(self, ours: Any, reference: Any, *, against: str, tol: float = 1e-10) -> None:
        """Identity with an independent ``reference``: :func:`derived.check.comparisons.identity`.

        ``against`` names the reference.
        """
        self._check("equals", against, comparisons.identity(ours, reference, tol))

    def bounds(self, value: Any, bound: Any, *, what: str, slack: float = 1e-12) -> None:
        """``value`` is at most ``bound``: :func:`derived.check.comparisons.inequality`."""
        self._check("stays within", what, comparisons.inequality(value, bound, slack))

    def estimates(self, samples: Any, expected: Any, *, what: str, sigmas: float = 4.0) -> None:
        """Monte Carlo agrees with ``expected``: :func:`derived.check.comparisons.monte_carlo`."""
        self._check("estimates", what, comparisons.monte_carlo(samples, expected, sigmas))

    def enumerates(self, ours: Any, brute: Any, *, what: str) -> None:
        """Exact agreement with brute force: :func:`derived.check.comparisons.enumeration`."""
        self._check("enumerates", what, comparisons.enumeration(ours, brute))

    def converges(self, sizes: Any, errors: Any, order: float, *, what: str, tol: float = 0.1) -> None:
        """The observed rate is the stated one: :func:`derived.check.comparisons.rate`."""
        self._check("converges", what, comparisons.rate(sizes, errors, order, tol))

    def rejects(self, wrong: Any, reference: Any, *more: Any, because: str, by: str = "holds", **options: Any) -> None:
        """Run a wrong version; passes only if the check named ``by`` catches it.

        Parameters
        ----------
        wrong : the wrong value, or a function without arguments that computes it; a ``ValueError`` from it (shapes
            that do not conform) counts as caught.
        reference, more, options : the other arguments of the check ``by``.
        because : what is wrong, and where the mistake comes from.
        by : ``"holds"``, ``"bounds"``, ``"estimates"``, ``"enumerates"`` or ``"converges"``. A Monte Carlo estimate
            must be off by ten standard errors, so that luck decides neither way.
        """
        compare = _COMPARISONS[one_of("rejects", "by", by, _COMPARISONS)]
        options.pop("against", None), options.pop("what", None)
        if by == "estimates":
            options["sigmas"] = max(10.0, options.get("sigmas", 0.0))
        try:
            value = wrong() if isinstance(wrong, Callable) else wrong
        except ValueError as error:
            # NumPy's words about gufunc signatures tell a reader of the page nothing.
            said = "the shapes do not fit" if "core dimension" in str(error) else str(error)
            outcome = Outcome(False, np.inf, 1, said)
        else:
            outcome = compare(value, reference, *more, **options)
        if outcome.passed:
            raise ClaimFailed(f"{self.label}: the wrong version passes the check ({because}): {outcome.detail}")
        self.rejected.setdefault(because, []).append(outcome)

    def _check(self, verb: str, what: str, outcome: Outcome) -> None:
        if not outcome.passed:
            raise ClaimFailed(f"{self.label} ({self.title}): {verb} {what}? No: {outcome.detail}")
        self.checked.setdefault((verb, what), []).append(outcome)

    @property
    def cases(self) -> int:
        """How many checks passed."""
        return sum(len(outcomes) for outcomes in self.checked.values())

    @property
    def largest_error(self) -> float | None:
        """The largest error of the identities, or None where nothing was compared with a tolerance."""
        errors = [o.error for (verb, _), outcomes in self.checked.items() if verb == "equals" for o in outcomes]
        return max(errors, default=None)

    def _lines(self) -> tuple[list[str], list[str]]:
        passed = []
        for (verb, what), outcomes in self.checked.items():
            worst = max(outcomes, key=lambda o: o.error if o.tightness is None else o.tightness)
            numbers = sum(o.count for o in outcomes)
            cases = f"{len(outcomes):,} cases, " if len(outcomes) > 1 else ""
            passed.append(f"{verb} {what}: {cases}{numbers:,} values, {worst.detail}")
        caught = [f"rejects: {why} ({min(os, key=lambda o: o.error).detail})" for why, os in self.rejected.items()]
        return passed, caught

    def __repr__(self) -> str:
        passed, caught = self._lines()
        return f"✓ {self.label} · {self.title} · " + " · ".join(passed + caught)

    def _repr_html_(self) -> str:
        passed, caught = (" · ".join(html.escape(line) for line in lines) for lines in self._lines())
        title = html.escape(self.title)
        error = "" if self.largest_error is None else f"{self.largest_error:.2g}"
        return (
            f'<div class="claim" id="claim-{self.label}" data-label="{self.label}" data-title="{title}" '
            f'data-cases="{self.cases}" data-rejected="{len(self.rejected)}" data-error="{error}">'
            f'<span class="claim-mark">✓</span> <a class="claim-ref" href="#{self.label}">{self.label}</a> '
            f'<strong class="claim-title">{title}</strong> '
            f'<span class="claim-checked">{passed}</span> · <span class="claim-rejected">{caught}</span></div>'
        )


_COMPARISONS = {
    "holds": comparisons.identity,
    "bounds": comparisons.inequality,
    "estimates": comparisons.monte_carlo,
    "enumerates": comparisons.enumeration,
    "converges": comparisons.rate,
}


def _display(passed: claim) -> None:
    """Show the claim's line where a notebook is listening; scripts and tests stay quiet."""
    if "IPython" not in sys.modules:  # importing it would cost every script and test a quarter of a second
        return
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        display(passed)
