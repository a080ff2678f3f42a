"""The defining sums against SciPy and torch; a forgotten flip is seen."""

import numpy as np
import pytest
import torch
from scipy import signal

from derived.topics.convolution import circular, convolve, convolve2d, correlate, upsample


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 4), (5, 1), (6, 3), (3, 7)])
def test_convolution_is_scipys(n, m):
    rng = np.random.default_rng(n + 10 * m)
    f, h = rng.normal(size=n), rng.normal(size=m)
    np.testing.assert_allclose(convolve(f, h), signal.convolve(f, h), atol=1e-12)
    if m > 1:
        assert not np.allclose(convolve(f, h[::-1]), signal.convolve(f, h))
    F, H = rng.normal(size=(n, m)), rng.normal(size=(m, 2))
    np.testing.assert_allclose(convolve2d(F, H), signal.convolve2d(F, H), atol=1e-12)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (5, 5), (7, 3)])
def test_correlation_is_torchs(n, k):
    rng = np.random.default_rng(n)
    x, w = rng.normal(size=n), rng.normal(size=k)
    theirs = torch.nn.functional.conv1d(torch.tensor(x[None, None]), torch.tensor(w[None, None]))
    np.testing.assert_allclose(correlate(w, x), theirs[0, 0], atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_circular_by_fourier(n):
    f, h = np.random.default_rng(n).normal(size=(2, n))
    np.testing.assert_allclose(circular(f, h), np.fft.ifft(np.fft.fft(f) * np.fft.fft(h)).real, atol=1e-12)


def test_zeros_between():
    g = np.arange(1.0, 5).reshape(2, 2)
    np.testing.assert_array_equal(upsample(g, 2), [[1, 0, 2], [0, 0, 0], [3, 0, 4]])
    np.testing.assert_array_equal(upsample(g, 1), g)
    x, w = np.random.default_rng(0).normal(size=(2, 9, 9))
    w = w[:3, :3]
    theirs = torch.nn.functional.conv2d(*(torch.tensor(a[None, None]) for a in (x, w)), dilation=2)
    plain = torch.nn.functional.conv2d(*(torch.tensor(a[None, None]) for a in (x, upsample(w, 2))))
    np.testing.assert_allclose(theirs, plain, atol=1e-12)


def test_bad_arguments():
    with pytest.raises(ValueError, match="at most the 2 of x"):
        correlate(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match="two sequences"):
        convolve(np.ones((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="two matrices"):
        convolve2d(np.ones(2), np.ones((2, 2)))
    with pytest.raises(ValueError, match="same period"):
        circular(np.ones(2), np.ones(3))
    with pytest.raises(ValueError, match="stride is 0"):
        upsample(np.ones(2), 0)
