"""How far apart are two clouds of points, if each is taken for a Gaussian?"""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["frechet_distance"]


def frechet_distance(A: np.ndarray, B: np.ndarray) -> float:
    r"""Squared Fréchet distance of the Gaussians with the means and covariances of two samples.

    .. math:: \lVert\mu_A-\mu_B\rVert^2+\mathrm{tr}\bigl(C_A+C_B-2(C_AC_B)^{1/2}\bigr)

    Parameters
    ----------
    A, B : (n, d) and (m, d) samples, usually features of images in a classifier; n, m > 1.

    Notes
    -----
    Dowson and Landau (1982). With features of a network for photographs it is the score known as FID. It is biased: for
    two samples of one law it is above 0, the more so the smaller they are.
    """
    A, B = np.asarray(A, dtype=np.float64), np.asarray(B, dtype=np.float64)
    fits = A.ndim == B.ndim == 2 and A.shape[1] == B.shape[1] and min(len(A), len(B)) > 1
    require(fits, "frechet_distance: A has shape {}, B {}, expected (n, d) and (m, d), n, m > 1", A.shape, B.shape)
    gap = A.mean(axis=0) - B.mean(axis=0)
    C, D = np.atleast_2d(np.cov(A.T)), np.atleast_2d(np.cov(B.T))
    values, vectors = np.linalg.eigh(C)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ D @ root), 0)).sum()  # the trace of (CD)^(1/2)
    return float(gap @ gap + np.trace(C) + np.trace(D) - 2 * cross)
