"""The bundled sets: scikit-learn's numbers in the documented units and shapes."""

import dataclasses
import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets as sk

from derived import data

NAMES = ["digits", "iris", "breast_cancer", "wine", "diabetes", "images"]


@pytest.mark.parametrize("name", ["iris", "breast_cancer", "wine"])
def test_values_are_sklearns(name):
    ours, theirs = data.load(name, dtype=np.float64), getattr(sk, f"load_{name}")()
    assert np.array_equal(ours.X, theirs.data)
    assert np.array_equal(ours.y, theirs.target)
    assert list(ours.feature_names) == [str(n) for n in theirs.feature_names]
    assert list(ours.target_names) == [str(n) for n in theirs.target_names]


def test_digits_are_sixteenths_flat_or_as_images():
    flat, images = data.load_digits(), data.load_digits(images=True)
    assert flat.X.shape == (1797, 64) and images.X.shape == (1797, 1, 8, 8)
    assert flat.X.min() == 0 and flat.X.max() == 1
    assert np.array_equal(flat.X * 16, sk.load_digits().data)
    assert np.array_equal(images.X[:, 0] * 16, sk.load_digits().images)
    assert np.array_equal(images.y, sk.load_digits().target)
    assert flat.n_classes == 10


def test_diabetes_in_its_units_and_as_sklearn_scales_it():
    raw, scaled = data.load_diabetes(dtype=np.float64), data.load_diabetes(scaled=True, dtype=np.float64)
    assert np.array_equal(scaled.X, sk.load_diabetes().data)
    assert np.array_equal(raw.y, sk.load_diabetes().target)
    assert raw.feature_names[:2] == ("age", "sex")
    assert (raw.X[:, 0] >= 18).all() and set(raw.X[:, 1]) == {1.0, 2.0}
    centred = raw.X - raw.X.mean(axis=0)
    assert np.allclose(centred / np.sqrt((centred**2).sum(axis=0)), scaled.X, atol=1e-12)
    assert raw.n_classes == 0 and raw.target_names == ()


@pytest.mark.parametrize(("layout", "axes"), [("NCHW", (0, 3, 1, 2)), ("NHWC", (0, 1, 2, 3))])
def test_images(layout, axes):
    ours = data.load_images(layout=layout, dtype=np.float64)
    theirs = np.stack(sk.load_sample_images().images)
    assert np.array_equal(np.rint(ours.X * 255).astype(np.uint8), theirs.transpose(axes))
    assert ours.X.min() >= 0 and ours.X.max() <= 1
    assert ours.target_names == ("china", "flower")


@pytest.mark.parametrize("name", NAMES)
def test_dtypes_sizes_and_provenance(name):
    single, double = data.load(name), data.load(name, dtype=np.float64)
    assert (single.X.dtype, double.X.dtype) == (np.float32, np.float64)
    assert single.y.dtype == (np.float32 if name == "diabetes" else np.int64)
    assert len(single) == len(single.X) == len(single.y)
    assert single.name == name and single.description and single.licence
    assert single.source.startswith("https://")
    if name != "diabetes":
        assert set(single.y) == set(range(single.n_classes))
    if single.feature_names:
        assert len(single.feature_names) == single.X.shape[1]


def test_repr_says_what_it_is_in_one_line():
    assert repr(data.load_digits()) == (
        "Dataset digits: X (1797, 64) float32, y (1797,) int64, 10 classes (0, 1, ..., 9)"
    )
    assert repr(data.load_diabetes()).endswith("y (442,) float32, real targets")


def test_a_data_set_is_frozen_and_every_load_is_a_fresh_copy():
    iris = data.load_iris()
    with pytest.raises(dataclasses.FrozenInstanceError):
        iris.name = "rose"
    iris.X[:] = 0
    assert data.load_iris().X.any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.load("digit"), "load: name is 'digit', expected one of 'digits', 'iris'"),
        (lambda: data.load("digit"), "(did you mean 'digits'?)"),
        (lambda: data.load("breast cancer"), "(did you mean 'breast_cancer'?)"),
        (lambda: data.load_images(layout="NHCW"), "load_images: layout is 'NHCW', expected one of 'NCHW', 'NHWC'"),
    ],
)
def test_unknown_names(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_importing_data_loads_no_heavy_library():
    code = "import sys, derived.data; print(*{'sklearn', 'scipy', 'pooch', 'requests', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
