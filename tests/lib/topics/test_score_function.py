"""Both estimators are unbiased where both may be used; for a step only one is."""

import numpy as np
import pytest
from scipy import stats

from derived import ops
from derived.topics.score_function import reparametrised_gradients, score_function_gradients

noise = np.random.default_rng(0).standard_normal(400_000)


def near(samples, expected, sigmas=4):
    return abs(samples.mean() - expected) < sigmas * samples.std() / np.sqrt(len(samples))


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.5, 0.3), (-0.7, 2.0)])
def test_square(mean, std):
    for estimates in (score_function_gradients(lambda z: z**2, mean, std, noise),
                      reparametrised_gradients(lambda z: z**2, mean, std, noise)):  # fmt: skip
        assert estimates.shape == (len(noise), 2)
        assert near(estimates[:, 0], 2 * mean) and near(estimates[:, 1], 2 * std)
        assert not near(estimates[:, 1], std, 10)  # the mutant: the derivative by the variance
    variances = [np.var(g(lambda z: z**2, mean, std, noise)[:, 0])
                 for g in (score_function_gradients, reparametrised_gradients)]  # fmt: skip
    theory = mean**4 / std**2 + 14 * mean**2 + 15 * std**2, 4 * std**2
    np.testing.assert_allclose(variances, theory, rtol=0.05)


def test_a_curved_function_is_differentiated_by_the_tape():
    estimates = reparametrised_gradients(ops.tanh, 0.3, 0.5, noise)
    z = 0.3 + 0.5 * noise
    np.testing.assert_allclose(estimates[:, 0], 1 - np.tanh(z) ** 2)
    np.testing.assert_allclose(estimates[:, 1], (1 - np.tanh(z) ** 2) * noise)


def test_a_step_has_a_gradient_that_only_the_score_function_sees():
    step = score_function_gradients(lambda z: (z > 1) * 1.0, 0.2, 0.8, noise)
    assert near(step[:, 0], stats.norm.pdf(1, 0.2, 0.8)) and step[:, 0].mean() > 0.1
