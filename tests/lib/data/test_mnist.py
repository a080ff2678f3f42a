"""MNIST without MNIST: small IDX files, a server on this machine, damaged and missing downloads."""

import functools
import gzip
import hashlib
import http.server
import re
import struct
import threading

import numpy as np
import pytest

from derived.data import load, load_mnist, mnist, read_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array: np.ndarray) -> bytes:
    """The bytes of an IDX file, written from the description of the format."""
    code = CODES[array.dtype.newbyteorder("=").str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 3, 5)])
@pytest.mark.parametrize("compressed", [True, False])
def test_read_idx(tmp_path, kind, shape, compressed):
    array = np.random.default_rng(0).integers(0, 100, shape).astype(kind)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(idx(array)) if compressed else idx(array))
    assert np.array_equal(read_idx(path), array)
    assert read_idx(path).dtype == np.dtype(kind)


IDX = idx(np.zeros((2, 3), "u1"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (IDX[:-1], "has 17 bytes, expected 18 for shape (2, 3): download it again"),
        (IDX + b"x", "has 19 bytes, expected 18 for shape (2, 3)"),
        (IDX[:7], "ends within its header of 12 bytes"),
        (b"<html>", "starts with 3c 68 74 6d, expected 00 00, type, dimensions"),
        (b"\0\0\x07\x01", "starts with 00 00 07 01, expected 00 00"),
        (b"", "starts with nothing, expected 00 00"),
        (gzip.compress(IDX, mtime=0)[:-9], "is a damaged gzip file"),
    ],
)
def test_read_idx_of_a_damaged_file(tmp_path, content, message):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="read_idx: .*" + re.escape(message)):
        read_idx(path)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A mirror with a tiny MNIST of our own, as the only one; gives its folder and the arrays."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    rng = np.random.default_rng(0)
    arrays, sums = {}, {}
    for part, N in (("train", 6), ("t10k", 4)):
        arrays[part] = rng.integers(0, 256, (N, 28, 28)).astype("u1"), rng.integers(0, 10, N).astype("u1")
        for name, array in zip(("images-idx3", "labels-idx1"), arrays[part], strict=True):
            content = gzip.compress(idx(array))
            (folder / f"{part}-{name}-ubyte.gz").write_bytes(content)
            sums[f"{part}-{name}-ubyte.gz"] = hashlib.sha256(content).hexdigest()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(mnist, "SHA256", sums)
    monkeypatch.setattr(mnist, "MIRRORS", (f"http://127.0.0.1:{server.server_port}/",))
    yield folder, arrays
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_checksums_are_of_the_four_files():
    assert set(mnist.SHA256) == {
        f"{part}-{name}-ubyte.gz" for part in ("train", "t10k") for name in ("images-idx3", "labels-idx1")
    }
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in mnist.SHA256.values())
    assert all(url.startswith("https://") and url.endswith("/") for url in mnist.MIRRORS)


def test_download_once_and_read_from_the_cache(mirror, tmp_path):
    folder, arrays = mirror
    cache = tmp_path / "cache"
    train, test = load_mnist(cache=cache), load("mnist", train=False, cache=cache, images=True)
    assert train.X.shape == (6, 784) and test.X.shape == (4, 1, 28, 28)
    assert train.X.dtype == np.float32 and train.y.dtype == np.int64
    assert np.array_equal(np.rint(train.X * 255).reshape(6, 28, 28), arrays["train"][0])
    assert np.array_equal(test.y, arrays["t10k"][1])
    for file in folder.iterdir():
        file.unlink()
    assert np.array_equal(load_mnist(cache=cache, download=False).X, train.X)
    assert np.array_equal(load_mnist(cache=cache).X, train.X)


def test_the_second_mirror_is_tried(mirror, tmp_path, monkeypatch):
    (good,) = mnist.MIRRORS
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/", good + "nowhere/", good))
    assert len(load_mnist(cache=tmp_path / "cache")) == 6


def test_a_damaged_download_is_refused_and_not_kept(mirror, tmp_path):
    folder, _ = mirror
    cache = tmp_path / "cache"
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"<html>not found</html>")
    with pytest.raises(OSError, match="(?s)no mirror gave train-images.*right checksum.*Check the network"):
        load_mnist(cache=cache)
    assert list(cache.iterdir()) == []


def test_a_damaged_file_in_the_cache_is_replaced(mirror, tmp_path):
    cache = tmp_path / "cache"
    load_mnist(cache=cache)
    (cache / "train-labels-idx1-ubyte.gz").write_bytes(b"half a fi")
    with pytest.raises(OSError, match=r"train-labels-idx1-ubyte.gz is damaged \(wrong SHA-256\): call with download"):
        load_mnist(cache=cache, download=False)
    assert len(load_mnist(cache=cache)) == 6


def test_a_damaged_file_is_not_left_when_it_cannot_be_replaced(mirror, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    load_mnist(cache=cache)
    (cache / "train-images-idx3-ubyte.gz").write_bytes(b"half a fi")
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(OSError, match=r"(?s)http://127.0.0.1:9/: ConnectionError.*cache= chooses another"):
        load_mnist(cache=cache)
    assert not (cache / "train-images-idx3-ubyte.gz").exists()


def test_a_missing_file_without_the_network(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train-images-idx3-ubyte.gz is missing and download is False"):
        load_mnist(cache=tmp_path, download=False)
