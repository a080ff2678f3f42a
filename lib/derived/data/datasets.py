"""The real data of the book: the sets that scikit-learn ships, so nothing is downloaded."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from derived.arguments import one_of
from derived.data.dataset import Dataset

__all__ = [
    "Dataset",
    "load",
    "load_breast_cancer",
    "load_diabetes",
    "load_digits",
    "load_images",
    "load_iris",
    "load_wine",
]

UCI = "https://archive.ics.uci.edu/dataset"


@cache
def _read(name: str) -> Any:
    """What scikit-learn makes of its file, read once: a tenth of a second for the digits. Give away copies only."""
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")()


def _from_sklearn(name: str, dtype: DTypeLike, **about: str) -> Dataset:
    """One of scikit-learn's classification sets, unchanged but for the dtype."""
    bunch = _read(name)
    return Dataset(
        name,
        bunch.data.astype(dtype),
        bunch.target.astype(np.int64),
        tuple(str(feature) for feature in bunch.feature_names),
        tuple(str(target) for target in bunch.target_names),
        licence="CC BY 4.0 (UCI Machine Learning Repository)",
        **about,
    )


def load_digits(*, images: bool = False, dtype: DTypeLike = np.float32) -> Dataset:
    """Handwritten digits: 1,797 images of 8x8 pixels, 10 classes, pixels in [0, 1].

    The pixels are counts from 0 to 16 (of black dots in 4x4 cells of a larger bitmap), divided by 16 here.

    Parameters
    ----------
    images : bool
        False: X has shape (1797, 64), rows of the image one after the other. True: (1797, 1, 8, 8), NCHW.
    dtype : dtype
        Of X. The labels are int64.
    """
    raw = _from_sklearn(
        "digits",
        dtype,
        description="Digits written by 13 people, scanned and reduced to 8x8 counts; divided by 16.",
        source=f"{UCI}/80 (E. Alpaydin and C. Kaynak, 1998, its test part), through scikit-learn",
    )
    X = raw.X / np.asarray(16, dtype)
    return Dataset(**{**vars(raw), "X": X.reshape(-1, 1, 8, 8) if images else X})


def load_iris(*, dtype: DTypeLike = np.float32) -> Dataset:
    """Iris flowers: 150 plants, 4 lengths in centimetres, 3 species (the first separable from the others).

    Parameters
    ----------
    dtype : dtype
        Of X, shape (150, 4). The labels are int64.
    """
    return _from_sklearn(
        "iris",
        dtype,
        description="Length and width of sepals and petals in cm, of 50 plants of each species.",
        source=f"{UCI}/53 (R. A. Fisher, 1936), through scikit-learn",
    )


def load_breast_cancer(*, dtype: DTypeLike = np.float32) -> Dataset:
    """Breast cancer, Wisconsin (diagnostic): 569 tumours, 30 features, 0 = malignant, 1 = benign.

    The features have their own units, from 0.001 to 4,000: scale them (:class:`derived.data.Standardizer`).

    Parameters
    ----------
    dtype : dtype
        Of X, shape (569, 30). The labels are int64.
    """
    return _from_sklearn(
        "breast_cancer",
        dtype,
        description="Mean, standard error and worst value of ten measurements of cell nuclei in an image.",
        source=f"{UCI}/17 (W. H. Wolberg, W. N. Street and O. L. Mangasarian, 1995), through scikit-learn",
    )


def load_wine(*, dtype: DTypeLike = np.float32) -> Dataset:
    """Wine: 178 wines of three growers, 13 chemical measurements in their own units.

    Parameters
    ----------
    dtype : dtype
        Of X, shape (178, 13). The labels are int64.
    """
    return _from_sklearn(
        "wine",
        dtype,
        description="Chemical analysis of wines from one region of Italy and three growers (the classes).",
        source=f"{UCI}/109 (S. Aeberhard and M. Forina, 1992), through scikit-learn",
    )


def load_diabetes(*, scaled: bool = False, dtype: DTypeLike = np.float32) -> Dataset:
    """Diabetes: 442 patients, 10 measurements, target = progression of the disease after a year (25 to 346).

    Parameters
    ----------
    scaled : bool
        False: the measurements in their units (years, kg/m^2, mm Hg, mg/dl ...), to be scaled by statistics
        of the training part. True: scikit-learn's default, where each column is centred and has sum of
        squares 1; these statistics come from *all* patients, a test part included.
    dtype : dtype
        Of X, shape (442, 10), and of y.
    """
    from sklearn import datasets

    bunch = datasets.load_diabetes(scaled=scaled)
    return Dataset(
        "diabetes",
        bunch.data.astype(dtype),
        bunch.target.astype(dtype),
        tuple(bunch.feature_names),
        description="Age, sex, body mass index, blood pressure and six blood values; disease progression.",
        source="https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html (B. Efron, T. Hastie, I. Johnstone "
        "and R. Tibshirani, 2004), through scikit-learn",
        licence="none stated by the authors; distributed with scikit-learn (BSD-3-Clause)",
    )


def load_images(*, layout: str = "NCHW", dtype: DTypeLike = np.float32) -> Dataset:
    """Two colour photographs of 427x640 pixels, a Chinese temple (0) and a flower (1), values in [0, 1].

    Parameters
    ----------
    layout : {"NCHW", "NHWC"}
        Shape (2, 3, 427, 640), as PyTorch and this library want it, or (2, 427, 640, 3), as Matplotlib does.
    dtype : dtype
        Of X.
    """
    from sklearn import datasets

    one_of("load_images", "layout", layout, ["NCHW", "NHWC"])
    X = np.stack(datasets.load_sample_images().images).astype(dtype) / np.asarray(255, dtype)
    return Dataset(
        "images",
        np.ascontiguousarray(X.transpose(0, 3, 1, 2)) if layout == "NCHW" else X,
        np.arange(2),
        target_names=("china", "flower"),
        description="Two photographs; red, green and blue from 0 to 1.",
        source="https://www.flickr.com/photos/danielbuechele/6061409035/ and "
        "https://www.flickr.com/photos/vultilion/6056698931/, through scikit-learn",
        licence="CC BY 2.0",
    )


def load(name: str, **options: Any) -> Dataset:
    """Load a data set by name; `options` go to its loader.

    Parameters
    ----------
    name : {"digits", "iris", "breast_cancer", "wine", "diabetes", "images", "mnist"}
        Only "mnist" needs a download (once).

    Raises
    ------
    ValueError
        If the name is unknown; the message gives the nearest one.

    Examples
    --------
    >>> load("digits", images=True).X.shape
    (1797, 1, 8, 8)
    """
    from .mnist import load_mnist

    loaders = {
        "digits": load_digits,
        "iris": load_iris,
        "breast_cancer": load_breast_cancer,
        "wine": load_wine,
        "diabetes": load_diabetes,
        "images": load_images,
        "mnist": load_mnist,
    }
    return loaders[one_of("load", "name", name, loaders)](**options)
