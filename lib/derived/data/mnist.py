"""MNIST: downloaded once, checked, kept. No page of the book needs it.

Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits*.
"""

import gzip
import hashlib
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from derived.arguments import require

from .dataset import Dataset

__all__ = ["load_mnist", "read_idx"]

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
IDX_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def load_mnist(
    train: bool = True,
    *,
    images: bool = False,
    cache: str | Path | None = None,
    download: bool = True,
    dtype: DTypeLike = np.float32,
) -> Dataset:
    """Handwritten digits of 28x28 pixels in [0, 1]: 60,000 for training or 10,000 for testing.

    Parameters
    ----------
    train : bool
        True: the training part. False: the test part.
    images : bool
        False: X has shape (N, 784). True: (N, 1, 28, 28), NCHW.
    cache : path, optional
        The folder that keeps the files (12 MB); the user's cache folder if left out. Files that were put
        there by hand are used if their checksums are right.
    download : bool
        False: never use the network.
    dtype : dtype
        Of X. The labels are int64.

    Raises
    ------
    FileNotFoundError
        If a file is missing and `download` is False.
    OSError
        If no mirror gave a file with the right SHA-256; the message says what to do. A file with another
        checksum is not kept.
    """
    part = "train" if train else "t10k"
    pixels, labels = (
        read_idx(_fetch(name, cache, download))
        for name in (f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz")
    )
    X = pixels.astype(dtype) / np.asarray(255, dtype)
    return Dataset(
        "mnist",
        X[:, None] if images else X.reshape(len(X), -1),
        labels.astype(np.int64),
        target_names=tuple("0123456789"),
        description="Handwritten digits, centred in 28x28 pixels; grey values divided by 255.",
        source="Y. LeCun, C. Cortes and C. J. C. Burges, http://yann.lecun.com/exdb/mnist/",
        licence="CC BY-SA 3.0 according to the documentation of Keras",
    )


def _fetch(name: str, cache: str | Path | None, download: bool) -> Path:
    """The path of the file with the right checksum, from the cache or from the first mirror that has it."""
    import pooch

    folder = Path(cache) if cache is not None else Path(pooch.os_cache("deep-learning-derived")) / "mnist"
    path = folder / name
    if path.exists():
        if hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[name]:
            return path
        if not download:
            raise OSError(f"load_mnist: {path} is damaged (wrong SHA-256): call with download=True")
    if not download:
        raise FileNotFoundError(
            f"load_mnist: {path} is missing and download is False: call load_mnist() once with a network, "
            f"or put {name} into that folder"
        )
    failures = []
    for mirror in MIRRORS:
        try:
            # pooch downloads beside the target and moves the file only when its checksum is right.
            return Path(pooch.retrieve(mirror + name, f"sha256:{SHA256[name]}", fname=name, path=folder))
        except (OSError, ValueError) as error:
            failures.append(f"  {mirror}: {type(error).__name__}: {_first_line(error)}")
    path.unlink(missing_ok=True)
    raise OSError(
        f"load_mnist: no mirror gave {name} with the right checksum:\n" + "\n".join(failures) + "\n"
        f"Check the network and call again, or put the file into {folder} yourself (cache= chooses another "
        "folder). The book's own pages do not need it: load_digits() works without a network."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]


def read_idx(path: str | Path) -> np.ndarray:
    """Read an array from an IDX file, the format of MNIST, compressed by gzip or not.

    Two zero bytes, one byte for the type, one for the number of dimensions, then their sizes as big-endian
    int32, then the entries in C order, big-endian.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    ndarray
        With the dtype of the file, in the byte order of the machine.

    Raises
    ------
    ValueError
        If the file is no IDX file or is incomplete.
    """
    raw = Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"read_idx: {path} is a damaged gzip file ({error}): download it again") from error
    require(
        len(raw) >= 4 and raw[:2] == b"\0\0" and raw[2] in IDX_DTYPES and raw[3] > 0,
        f"read_idx: {path} starts with {raw[:4].hex(' ') or 'nothing'}, expected 00 00, type, dimensions",
    )
    dtype, ndim = np.dtype(IDX_DTYPES[raw[2]]), raw[3]
    start = 4 + 4 * ndim
    require(len(raw) >= start, f"read_idx: {path} ends within its header of {start} bytes")
    shape = tuple(int(size) for size in np.frombuffer(raw, ">u4", ndim, 4))
    expected = start + dtype.itemsize * int(np.prod(shape, dtype=object))
    require(
        len(raw) == expected,
        f"read_idx: {path} has {len(raw)} bytes, expected {expected} for shape {shape}: download it again",
    )
    return np.frombuffer(raw, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))
