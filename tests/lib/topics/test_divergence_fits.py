"""Divergences and fits against SciPy's quadrature and closed forms."""

import numpy as np
import pytest
from scipy import integrate, stats

from derived.topics import divergence_fits as fits
from derived.topics.distributions import normal_logpdf

x = fits.line_grid()


def test_the_bimodal_density_is_a_mixture():
    theirs = 0.3 * stats.norm(-1, 0.5).pdf(x) + 0.7 * stats.norm(1, 0.5).pdf(x)
    np.testing.assert_allclose(np.exp(fits.bimodal_logpdf(x, 2, 0.3, 0.5)), theirs, atol=1e-14)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.5, 0.5), (-1.0, 1.5)])
def test_divergences_of_gaussians(mean, std):
    p, q = normal_logpdf(x), normal_logpdf(x, mean, std)
    assert fits.divergence("forward KL", p, q, x) == pytest.approx(
        np.log(std) + (1 + mean**2) / (2 * std**2) - 0.5, abs=1e-8
    )
    assert fits.divergence("reverse KL", p, q, x) == pytest.approx(
        -np.log(std) + (std**2 + mean**2) / 2 - 0.5, abs=1e-8
    )

    def integrand(t):
        a, b = stats.norm.pdf(t), stats.norm.pdf(t, mean, std)
        m = (a + b) / 2
        return 0.5 * (a * np.log(a / m) + b * np.log(b / m))

    js = integrate.quad(integrand, -10, 10, points=[mean], limit=200)[0]
    assert fits.divergence("JS", p, q, x) == pytest.approx(js, abs=1e-7)


def test_the_forward_fit_matches_moments_and_the_reverse_fit_takes_a_mode():
    logp = fits.bimodal_logpdf(x, 5, 0.6, 0.6)
    _, mean, std = fits.best_gaussian("forward KL", logp, x)
    assert mean == pytest.approx(-0.5, abs=1e-4) and std == pytest.approx(np.sqrt(0.36 + 0.24 * 25), abs=1e-4)
    value, mean, std = fits.best_gaussian("reverse KL", logp, x)
    assert value == pytest.approx(-np.log(0.6), abs=1e-3) and (mean, std) == pytest.approx((-2.5, 0.6), abs=0.01)
    ends = fits.local_gaussians("reverse KL", logp, x, [(-2.5, 0.5), (2.5, 0.5)])
    assert [round(end[1], 1) for end in ends] == [-2.5, 2.5]


def test_bad_input():
    with pytest.raises(ValueError, match="weight"):
        fits.bimodal_logpdf(x, 1, 1.0)
    with pytest.raises(ValueError, match="kind"):
        fits.divergence("KL", x, x, x)
