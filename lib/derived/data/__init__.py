"""Data: sets that need no download, toy sets, splits, scaling, batches, encodings of labels.

========================  ====================================================================================
:mod:`.datasets`          scikit-learn's bundled sets as :class:`Dataset`; ``load(name)``
:mod:`.toys`              rings, moons, XOR, blobs, separable sets of a prescribed margin
:mod:`.splitting`         ``split`` into train, development and test parts; ``folds``; the book's split of the digits
:mod:`.scaling`           ``Standardizer``: statistics of the training part only
:mod:`.batches`           ``Batches``: a new order in each epoch, from a generator of its own
:mod:`.augmentation`      shifts, rotations, crops, flips, colours of image batches; ``Augmented`` batches
:mod:`.encoding`          ``one_hot``, ``decode``, ``signs``, ``signed_rows``
:mod:`.mnist`             MNIST for those who want it; no page of the book needs it
========================  ====================================================================================
"""

from .batches import Batches
from .datasets import (
    Dataset,
    load,
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_images,
    load_iris,
    load_wine,
)
from .encoding import decode, from_signs, one_hot, signed_rows, signs
from .mnist import load_mnist, read_idx
from .scaling import Standardizer
from .splitting import folds, load_digits_split, split
from .toys import blobs, moons, rings, separable, xor

__all__ = [
    "Batches",
    "Dataset",
    "Standardizer",
    "blobs",
    "decode",
    "folds",
    "from_signs",
    "load",
    "load_breast_cancer",
    "load_diabetes",
    "load_digits",
    "load_digits_split",
    "load_images",
    "load_iris",
    "load_mnist",
    "load_wine",
    "moons",
    "one_hot",
    "read_idx",
    "rings",
    "separable",
    "signed_rows",
    "signs",
    "split",
    "xor",
]
