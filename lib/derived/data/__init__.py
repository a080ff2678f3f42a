"""Data: sets that need no download, toy sets, splits, scaling, batches, encodings of labels.

========================  ====================================================================================
:mod:`.datasets`          scikit-learn's bundled sets as :class:`Dataset`; ``load(name)``
:mod:`.toys`              rings, moons, XOR, blobs, Gaussians on a ring, separable sets of a prescribed margin
:mod:`.splitting`         ``split`` into train, development and test parts; ``folds``; the book's split of the digits
:mod:`.scaling`           ``Standardizer``: statistics of the training part only
:mod:`.batches`           ``Batches``: a new order in each epoch, from a generator of its own
:mod:`.augmentation`      shifts, rotations, crops, flips, colours of image batches; ``Augmented`` batches
:mod:`.encoding`          ``one_hot``, ``decode``, ``signs``, ``signed_rows``
:mod:`.label_noise`       labels that are wrong by chance: ``wrong_labels``, ``redrawn_labels``
:mod:`.mnist`             MNIST for those who want it; no page of the book needs it
:mod:`.text`              scikit-learn's descriptions as one text; ``Characters``; windows for language models
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
from .encoding import decode, one_hot, signed_rows, signs
from .label_noise import redrawn_labels, wrong_labels
from .mnist import load_mnist, read_idx
from .scaling import Standardizer
from .splitting import folds, load_digits_split, split
from .text import Characters, load_descriptions, random_windows, split_text, text_windows
from .toys import blobs, gaussian_ring, moons, ring_centers, rings, separable, xor

__all__ = [
    "Batches",
    "Characters",
    "Dataset",
    "Standardizer",
    "blobs",
    "decode",
    "folds",
    "gaussian_ring",
    "load",
    "load_breast_cancer",
    "load_descriptions",
    "load_diabetes",
    "load_digits",
    "load_digits_split",
    "load_images",
    "load_iris",
    "load_mnist",
    "load_wine",
    "moons",
    "one_hot",
    "random_windows",
    "read_idx",
    "redrawn_labels",
    "ring_centers",
    "rings",
    "separable",
    "signed_rows",
    "signs",
    "split",
    "split_text",
    "text_windows",
    "wrong_labels",
    "xor",
]
