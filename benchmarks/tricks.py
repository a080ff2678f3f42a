"""What makes our library fast, each beside the plain way to do the same; the page on speed explains them."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Pair
from derived import nn, ops, optim


def build() -> list[Pair]:
    """``ours`` is what the library does, ``theirs`` the plain way."""
    return [float32(), batch_innermost(), four_gates(), flat_vector(), blocks(), classes_first()]


def float32() -> Pair:
    """A training step of the 784-256-10 network in float32 beside float64."""
    rng = np.random.default_rng(0)
    X, y = rng.random((128, 784)), rng.integers(10, size=128)

    def training(dtype):
        model = nn.MLP((784, 256, 10), rng=np.random.default_rng(0), dtype=dtype)
        adam, inputs = optim.Adam(model.parameters(), lr=1e-5), X.astype(dtype)

        def step():
            adam.zero_grad()
            ops.cross_entropy(model(inputs), y).backward()
            adam.step()
            return {name: p.grad for name, p in model.named_parameters()}

        return step

    single, double = training(np.float32), training(np.float64)

    def values():
        a, b = single(), double()
        return {name: (a[name], b[name]) for name in a}

    return Pair("float32", single, double, None, values)


def batch_innermost() -> Pair:
    """Our convolution beside the usual im2col of images (N, C, H, W): LeNet's second layer, forward and backward."""
    rng = np.random.default_rng(0)
    N, C, size, out, k = 64, 6, 14, 16, 5
    count = size - k + 1
    x, W = rng.standard_normal((N, C, size, size), dtype=np.float32), rng.standard_normal((out, C, k, k), np.float32)
    g = rng.standard_normal((N, out, count, count), dtype=np.float32)
    inside = [np.ascontiguousarray(a.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2) for a in (x, g)]

    def ours():
        value, pull_x, pull_W, _ = ops.conv2d.rule(inside[0], W)
        return value, pull_x(inside[1]), pull_W(inside[1])

    def plain():
        windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))  # (N, C, oh, ow, k, k)
        columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * count * count, C * k * k)
        value = (columns @ W.reshape(out, -1).T).reshape(N, count, count, out).transpose(0, 3, 1, 2)
        rows = g.transpose(0, 2, 3, 1).reshape(-1, out)
        W_bar = (rows.T @ columns).reshape(W.shape)
        pieces = (rows @ W.reshape(out, -1)).reshape(N, count, count, C, k, k)
        x_bar = np.zeros_like(x)
        for i in range(k):
            for j in range(k):
                x_bar[:, :, i : i + count, j : j + count] += pieces[..., i, j].transpose(0, 3, 1, 2)
        return value, x_bar, W_bar

    names = "value", "to x", "to W"
    return Pair("batch innermost", ours, plain, None,
                lambda: dict(zip(names, zip(ours(), plain(), strict=True), strict=True)))  # fmt: skip


def four_gates() -> Pair:
    """An LSTM forwards and backwards, beside a loop with products of its own for each step and gate."""
    rng = np.random.default_rng(0)
    T, N, H = 64, 32, 128
    x, g = rng.standard_normal((2, T, N, H), dtype=np.float32)
    W, U = 0.1 * rng.standard_normal((2, 4 * H, H), dtype=np.float32)
    b = 0.1 * rng.standard_normal(4 * H, dtype=np.float32)

    def ours():
        value, pull_x, _, _, pull_W, pull_U, pull_b = ops.lstm.rule(x, None, None, W, U, b)[:7]
        v = np.stack([g, np.zeros_like(g)])  # nothing comes from the cells
        return value[0], pull_x(v), pull_W(v), pull_U(v), pull_b(v)

    def plain():
        return _step_by_step(x, W, U, b, g)

    names = "h", "to x", "to W", "to U", "to b"
    return Pair("one product for four gates", ours, plain, None,
                lambda: dict(zip(names, zip(ours(), plain(), strict=True), strict=True)))  # fmt: skip


def _step_by_step(x, W, U, b, g):
    """All states of an LSTM and its gradients, as its formulas stand."""
    T, N, H = x.shape
    gates = [slice(k * H, (k + 1) * H) for k in range(4)]
    h, c, kept, outputs = np.zeros_like(x[0]), np.zeros_like(x[0]), [], []
    for t in range(T):
        i, f, z, o = (x[t] @ W[k].T + h @ U[k].T + b[k] for k in gates)
        i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o))
        z = np.tanh(z)
        kept.append((i, f, z, o, h, c))
        c = f * c + i * z
        h = o * np.tanh(c)
        outputs.append(h)
    x_bar, W_bar, U_bar, b_bar = (np.zeros_like(a) for a in (x, W, U, b))
    h_bar, c_bar = np.zeros_like(h), np.zeros_like(h)
    for t in reversed(range(T)):
        i, f, z, o, before, c = kept[t]
        tanh_c, h_bar = np.tanh(f * c + i * z), h_bar + g[t]
        c_bar = c_bar + h_bar * o * (1 - tanh_c**2)
        bars = (c_bar * z * i * (1 - i), c_bar * c * f * (1 - f), c_bar * i * (1 - z**2), h_bar * tanh_c * o * (1 - o))
        for k, a_bar in zip(gates, bars, strict=True):
            W_bar[k] += a_bar.T @ x[t]
            U_bar[k] += a_bar.T @ before
            b_bar[k] += a_bar.sum(axis=0)
            x_bar[t] += a_bar @ W[k]
        h_bar = sum(a_bar @ U[k] for k, a_bar in zip(gates, bars, strict=True))
        c_bar = c_bar * f
    return np.stack(outputs), x_bar, W_bar, U_bar, b_bar


def flat_vector() -> Pair:
    """Adam on the sixteen small arrays of a network of eight layers."""
    return _adam("one flat vector", [(32, 32), (32,)] * 8)


def blocks() -> Pair:
    """Adam on one large array."""
    return _adam("updates in blocks", [(1000, 1000)])


def _adam(name: str, shapes: list[tuple[int, ...]]) -> Pair:
    """Our optimizer beside the formulas of the paper, written for each array as they stand."""
    rng = np.random.default_rng(0)
    ours = [nn.Parameter(rng.standard_normal(shape, dtype=np.float32)) for shape in shapes]
    theirs, gradients = [p.data.copy() for p in ours], [rng.standard_normal(s, dtype=np.float32) for s in shapes]
    for p, g in zip(ours, gradients, strict=True):
        p.grad = g
    adam, lr, b1, b2, eps, t = optim.Adam(ours), 1e-3, 0.9, 0.999, 1e-8, 0
    m, v = ([np.zeros_like(w) for w in theirs] for _ in range(2))

    def plain():
        nonlocal t
        t += 1
        for i, g in enumerate(gradients):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            m_hat, v_hat = m[i] / (1 - b1**t), v[i] / (1 - b2**t)
            theirs[i] = theirs[i] - lr * m_hat / (np.sqrt(v_hat) + eps)

    def values():
        for _ in range(3):
            adam.step()
            plain()
        return {str(i): (p.data, w) for i, (p, w) in enumerate(zip(ours, theirs, strict=True))}

    return Pair(name, adam.step, plain, None, values)


def classes_first() -> Pair:
    """Cross-entropy of 1,797 rows of 10 logits and its gradient, beside reductions along the rows."""
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal((1797, 10), dtype=np.float32), rng.integers(10, size=1797)
    one = np.float32(1)

    def ours():
        value, pull = ops.cross_entropy.rule(z, y)
        return value, pull(one)

    def plain():
        shifted = z - z.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        value = (np.log(total[:, 0]) - shifted[np.arange(len(z)), y]).mean()
        g = e / total
        g[np.arange(len(z)), y] -= 1
        return value, g / len(z)

    return Pair("classes on the leading axis", ours, plain, None,
                lambda: dict(zip(("value", "gradient"), zip(ours(), plain(), strict=True), strict=True)))  # fmt: skip
