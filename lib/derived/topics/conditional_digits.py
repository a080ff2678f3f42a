"""Samples of a class-conditional model of digits, judged by a classifier."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import no_grad
from derived.topics.digit_judge import judge_report
from derived.topics.frechet import frechet_distance

__all__ = ["ConditionalReport", "conditional_report"]


class ConditionalReport(NamedTuple):
    """What :func:`conditional_report` finds.

    Attributes
    ----------
    accuracy : share of the samples that the judge takes for the class they were asked to be.
    diversity : standard deviation of a pixel within a class, averaged over pixels and classes.
    distance : mean distance to the nearest training image.
    frechet : Fréchet distance to the training images in the hidden layer of the judge.
    """

    accuracy: float
    diversity: float
    distance: float
    frechet: float


def conditional_report(judge: nn.Sequential, samples: np.ndarray, labels: np.ndarray,
                       train: np.ndarray) -> ConditionalReport:  # fmt: skip
    """Accuracy, diversity, distance to the training images, and Fréchet distance.

    Parameters
    ----------
    judge : (N, 64) to logits, such as :func:`derived.topics.digit_judge.digit_judge` returns; its first two modules
        give the features.
    samples : (N, 64) images in [0, 1].
    labels : (N,) the classes that they were asked to be.
    train : (M, 64) training images.
    """
    samples, labels = np.asarray(samples, dtype=np.float32), np.asarray(labels)
    require(samples.ndim == 2 and labels.shape == samples.shape[:1],
            "conditional_report: shapes of samples and labels are {} and {}, expected (N, 64) and (N,)",
            samples.shape, labels.shape)  # fmt: skip
    with no_grad():
        accuracy = np.mean(judge(samples).data.argmax(axis=1) == labels)
        features = [judge[:2](X.astype(np.float32)).data for X in (samples, train)]
    diversity = np.mean([samples[labels == k].std(axis=0).mean() for k in np.unique(labels)])
    distance = judge_report(judge, samples, train).distance
    return ConditionalReport(float(accuracy), float(diversity), distance, frechet_distance(*features))
