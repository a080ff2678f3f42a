"""Claims bite: what is wrong raises, what is empty raises, and what is shown is well-formed."""

import subprocess
import sys
import types
from html.parser import HTMLParser

import numpy as np
import pytest

from derived.check import ClaimFailed, claim

SIZES = np.array([0.1, 0.05, 0.025])
DRAWN = np.random.default_rng(0).standard_normal(10_000)
GOOD = {
    "holds": ((1.0, 1.0), {"against": "arithmetic"}),
    "bounds": ((1.0, 2.0), {"what": "the norm"}),
    "estimates": ((DRAWN, 0.0), {"what": "the mean"}),
    "enumerates": ((3, 3), {"what": "the regions"}),
    "converges": ((SIZES, SIZES**2, 2), {"what": "the error"}),
}
BAD = {
    "holds": (1.0, 1.1),
    "bounds": (3.0, 2.0),
    "estimates": (DRAWN, 0.5),
    "enumerates": (3, 4),
    "converges": (SIZES, SIZES, 2),
}


def passed(label="eq-test", title="A test"):
    with claim(label, title) as c:
        c.holds(1.0, 1.0, against="arithmetic")
        c.rejects(2.0, 1.0, because="one too many")
    return c


@pytest.mark.parametrize("check", GOOD)
def test_each_check_passes_fails_and_rejects(check):
    (right, words), wrong = GOOD[check], BAD[check]
    with claim("eq-x", "x") as c:
        getattr(c, check)(*right, **words)
        c.rejects(*wrong, because="wrong", by=check)
        c.rejects(*wrong, because="wrong", by=check, **words)
    assert c.cases == 1 and len(c.rejected) == 1
    with pytest.raises(ClaimFailed, match=r"^eq-x \(x\): .*No: "), claim("eq-x", "x") as c:
        getattr(c, check)(*wrong, **words)
    with pytest.raises(ClaimFailed, match="the wrong version passes the check \\(because I say so\\)"):
        claim("eq-x", "x").rejects(*right, because="because I say so", by=check)


def test_claim_failed_is_an_assertion_error_and_names_the_numbers():
    assert issubclass(ClaimFailed, AssertionError)
    with pytest.raises(ClaimFailed, match=r"eq-x \(Twice\): equals torch\? No: largest error 0.5 \(tolerance 1e-10\)"):
        claim("eq-x", "Twice").holds(1.0, 2.0, against="torch")


def test_an_empty_block_and_one_without_a_wrong_version_raise():
    with pytest.raises(ClaimFailed, match="eq-x: nothing was checked"), claim("eq-x", "x"):
        pass
    with pytest.raises(ClaimFailed, match="nothing was checked"), claim("eq-x", "x") as c:
        c.rejects(1.0, 2.0, because="wrong")
    with pytest.raises(ClaimFailed, match="no wrong version was rejected"), claim("eq-x", "x") as c:
        c.holds(1.0, 1.0, against="arithmetic")


def test_an_error_inside_the_block_is_not_hidden():
    with pytest.raises(ZeroDivisionError), claim("eq-x", "x"):
        raise ZeroDivisionError


@pytest.mark.parametrize("label", ["softmax", "eq", "eq-", "EQ-x", 'eq-"x"', "eq-x y", "fig-x", "<eq-x>", "eq-x\n"])
def test_labels_that_are_none(label):
    with pytest.raises(
        ValueError, match="claim: label is .* expected one that starts with eq-, thm-, lem-, prop-, cor-"
    ):
        claim(label, "x")


def test_a_title_is_needed():
    with pytest.raises(ValueError, match="claim eq-x: title is empty"):
        claim("eq-x", "  ")


@pytest.mark.parametrize("label", ["eq-per-rule", "thm-x", "lem-x", "prop-2", "cor-a_b"])
def test_labels_of_every_kind(label):
    assert passed(label).label == label


def test_a_wrong_version_may_be_a_function():
    calls = []
    c = claim("eq-x", "x")
    c.rejects(lambda: calls.append(1) or 2.0, 1.0, because="wrong")
    c.rejects(lambda: np.ones((2, 3)) @ np.ones((2, 3)), np.ones((2, 2)), because="a transpose is missing")
    assert len(calls) == 1 and len(c.rejected) == 2
    assert c.rejected["a transpose is missing"][0].detail == "the shapes do not fit"
    with pytest.raises(ClaimFailed, match="the wrong version passes"):
        c.rejects(lambda: 1.0, 1.0, because="not wrong")
    with pytest.raises(TypeError):  # a mistake of the author, not a wrong formula
        c.rejects(lambda: None + 1, 1.0, because="a typing error")


def test_a_check_that_cannot_be_made_does_not_count_as_a_rejection():
    with pytest.raises(ValueError):
        claim("eq-x", "x").rejects([[1.0, 2.0], [3.0]], 1.0, because="ragged")


def test_an_unknown_check_is_named():
    with pytest.raises(ValueError, match=r"rejects: by is 'hold', expected one of .* \(did you mean 'holds'\?\)"):
        claim("eq-x", "x").rejects(1.0, 2.0, because="wrong", by="hold")


def test_monte_carlo_rejects_only_at_ten_standard_errors():
    c, error = claim("eq-x", "x"), DRAWN.std(ddof=1) / 100
    near, far = DRAWN.mean() + 7 * error, DRAWN.mean() + 11 * error
    with pytest.raises(ClaimFailed):
        c.estimates(DRAWN, near, what="the mean")
    with pytest.raises(ClaimFailed, match="the wrong version passes"):
        c.rejects(DRAWN, near, because="off by seven", by="estimates")
    c.rejects(DRAWN, far, because="off by eleven", by="estimates")
    with pytest.raises(ClaimFailed):
        c.rejects(DRAWN, far, because="off by eleven", by="estimates", sigmas=12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, np.ones(2), []])
def test_nan_infinity_and_shapes_fail(bad):
    c = claim("eq-x", "x")
    with pytest.raises(ClaimFailed):
        c.holds(bad, 1.0, against="arithmetic")
    with pytest.raises(ClaimFailed):
        c.bounds(bad if np.size(bad) < 2 else np.array([1.0, np.nan]), 1.0, what="x")
    with pytest.raises(ClaimFailed):
        c.bounds(np.ones(2), np.ones(3), what="x")


def test_cases_and_errors_are_counted():
    with claim("eq-x", "x") as c:
        for k in range(20):
            c.holds(1.0 + k * 1e-12, 1.0, against="torch")
            c.bounds(k, 19, what="k")
            c.rejects(2.0, 1.0, because="wrong")
            c.rejects(3.0, 1.0, because="more wrong")
    assert c.cases == 40 and c.largest_error == pytest.approx(19e-12, rel=1e-3)
    text = repr(c)
    assert text.startswith("✓ eq-x · x · equals torch: 20 cases, 20 values, largest error 1.9e-11 (tolerance 1e-10)")
    assert "stays within k: 20 cases, 20 values, 1 of the bound at most" in text, "the tightest case, not the first"
    assert "rejects: wrong (largest error 1" in text and "rejects: more wrong (largest error 2" in text
    assert 'data-cases="40" data-rejected="2" data-error="1.9e-11"' in c._repr_html_()


def test_the_tightest_case_is_told():
    """A case with the smallest difference is not always the one nearest to its bound; a bound of 0 says nothing."""
    with claim("eq-x", "x") as c:
        for value, bound in [(80.0, 82.0), (4.0, 5.0), (0.0, 0.0)]:
            c.bounds(value, bound, what="k")
        c.rejects(2.0, 1.0, by="bounds", because="wrong")
    assert "3 cases, 3 values, 0.976 of the bound at most" in repr(c)


class WellFormed(HTMLParser):
    """Every tag that is opened is closed, in order; keeps attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_is_escaped_and_well_formed():
    nasty = "<script>alert('1 & 2')</script> \"quoted\" $a<b$"
    with claim("eq-x", nasty) as c:
        c.holds(1.0, 1.0, against=nasty)
        c.rejects(2.0, 1.0, because=nasty)
    page = WellFormed(c._repr_html_())
    assert [tag for tag, _ in page.seen] == ["div", "span", "a", "strong", "span", "span"]
    assert page.seen[0][1] == {
        "class": "claim", "id": "claim-eq-x", "data-label": "eq-x", "data-title": nasty, "data-cases": "1",
        "data-rejected": "1", "data-error": "0",
    }  # fmt: skip
    assert page.text.count(nasty) == 3
    assert ("a", {"class": "claim-ref", "href": "#eq-x"}) in page.seen


def test_a_claim_without_identities_has_no_error():
    with claim("eq-x", "x") as c:
        c.bounds(1.0, 2.0, what="x")
        c.rejects(3.0, 2.0, because="wrong", by="bounds")
    assert c.largest_error is None and 'data-error=""' in c._repr_html_()


def test_shown_in_a_notebook_only_after_success(monkeypatch):
    shown = []
    ipython, display = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython, display.display = lambda: object(), shown.append
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    with pytest.raises(ClaimFailed), claim("eq-x", "x"):
        pass
    assert shown == []
    assert shown == [] or passed() in shown
    c = passed()
    assert shown[-1] is c
    ipython.get_ipython = lambda: None
    passed()
    assert len(shown) == 1


def test_quiet_and_without_ipython_in_a_script():
    script = """if True:
        import sys
        from derived.check import claim
        with claim("eq-x", "x") as c:
            c.holds(1, 1, against="y")
            c.rejects(2, 1, because="z")
        assert "IPython" not in sys.modules
    """
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
