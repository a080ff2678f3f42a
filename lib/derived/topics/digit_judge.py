"""A judge of generated digits: a classifier trained on real ones, and what it says about a batch of samples."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from derived import nn, ops
from derived.arguments import require, require_finite
from derived.data import Batches, load_digits_split
from derived.optim import Adam
from derived.tensor import no_grad
from derived.topics.information import entropy
from derived.training import fit, predict

__all__ = ["JudgeReport", "digit_judge", "judge_report"]


class JudgeReport(NamedTuple):
    r"""What :func:`judge_report` finds.

    Attributes
    ----------
    shares : (10,) share :math:`p_k` of the samples that are taken for each digit.
    entropy : :math:`-\sum_kp_k\log p_k` in nats; :math:`\log10\approx2.303` if all digits are equally frequent.
    confidence : mean of the largest class probability; near 1 if the samples look like digits to the judge.
    distance : mean Euclidean distance of a sample to the training image nearest to it; 0 for copies.
    """

    shares: np.ndarray
    entropy: float
    confidence: float
    distance: float


def digit_judge(*, rng: np.random.Generator, epochs: int = 25) -> nn.Sequential:
    """A multilayer perceptron 64-128-10, trained on the book's 1,347 training digits in about a second.

    Takes (N, 64) pixels in [0, 1], as :func:`derived.data.load_digits_split` gives them, and returns logits (N, 10).
    It has 97 to 98 % of the 450 test images right.
    """
    X, _, y, _ = load_digits_split()
    judge = nn.MLP([64, 128, 10], rng=rng)
    fit(judge, ops.cross_entropy, Adam(judge.parameters(), lr=3e-3), Batches(X, y, 64, rng), epochs, progress=False)
    return judge.eval()


def judge_report(judge: nn.Module, samples: np.ndarray, train: np.ndarray) -> JudgeReport:
    """What the judge says of samples, and how far they are from the images that their model was trained on.

    Parameters
    ----------
    judge : (N, 64) to logits (N, 10), such as :func:`digit_judge` returns.
    samples : (N, 64) generated images; values outside [0, 1] are judged as they are.
    train : (M, 64) training images.

    Returns
    -------
    JudgeReport
        The same numbers of real test images say what can be expected. A model that copies its training images has
        perfect shares and confidence: the distance tells.

    Raises
    ------
    ValueError
        if shapes do not fit or a pixel is not finite.
    """
    samples, train = np.asarray(samples), np.asarray(train)
    fits = samples.ndim == train.ndim == 2 and samples.shape[1] == train.shape[1] and len(samples) and len(train)
    require(bool(fits), "judge_report: samples has shape {}, train {}, expected (N, 64) and (M, 64)",
            samples.shape, train.shape)  # fmt: skip
    require_finite("judge_report", "samples", samples)
    with no_grad():
        p = ops.softmax(predict(judge, samples.astype(np.float32)), dim=1).data
    shares = np.bincount(p.argmax(axis=1), minlength=p.shape[1]) / len(p)
    return JudgeReport(shares, float(entropy(shares)), float(p.max(axis=1).mean()),
                       float(cdist(samples, train).min(axis=1).mean()))  # fmt: skip
