"""Hopfield's network: units that are each other's inputs, an energy that falls, and two ways to set the couplings."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite
from derived.topics.hebb import hebbian_update

__all__ = ["Hopfield", "flip", "overlap", "random_patterns"]


class Hopfield:
    r"""Network of n units of -1 and +1 with couplings :math:`\Theta` and biases :math:`\theta_{i0}`.

    .. math:: h_i=\sum_{j\ne i}\theta_{ij}x_j+\theta_{i0},\qquad
        E=-\tfrac12\sum_{i\ne j}\theta_{ij}x_ix_j-\sum_i\theta_{i0}x_i

    A unit takes the sign of its field :math:`h_i`; where the field is 0 it stays as it is.

    Parameters
    ----------
    n : number of units.

    Attributes
    ----------
    theta : (n, n) couplings with zero diagonal, 0 at first.
    bias : (n,) array, 0 at first.

    Notes
    -----
    Hopfield (1982), with units 0 and 1 there.
    """

    def __init__(self, n: int) -> None:
        require(n >= 1, "Hopfield: n is {}, expected at least one unit", n)
        self.theta, self.bias = np.zeros((n, n)), np.zeros(n)

    def store(self, X: np.ndarray) -> Hopfield:
        r"""Add :math:`\sum_t(x^tx^{t\top}-I)` for the patterns ``X`` (s, n) of -1 and +1."""
        X = self._states("store", "X", np.atleast_2d(X))
        self.theta = hebbian_update(self.theta, X, X) - len(X) * np.eye(len(self.bias))
        return self

    def train(self, X: np.ndarray, margin: float = 0.0, epochs: int = 1000) -> int:
        r"""The perceptron rule for each unit: Hebb's update, but only for the units that a pattern gets wrong.

        .. math:: \theta_{ij}\leftarrow\theta_{ij}+x_ix_j\quad(j\ne i)\qquad\text{whenever}\quad x_ih_i\le\text{margin}

        Parameters
        ----------
        X : (s, n) patterns of -1 and +1, shown in this order, again and again.
        margin : how far each field must be beyond 0.
        epochs : most passes to make.

        Returns
        -------
        Number of passes made, the last one without a mistake included; ``epochs + 1`` if there was none.
        """
        X = self._states("train", "X", np.atleast_2d(X))
        for done in range(1, epochs + 1):
            settled = True
            for x in X:
                wrong = np.flatnonzero(x * self.field(x) <= margin)
                if len(wrong):
                    self.theta[wrong] += np.outer(x[wrong], x)
                    self.theta[wrong, wrong] = 0
                    settled = False
            if settled:
                return done
        return epochs + 1

    def field(self, x: np.ndarray) -> np.ndarray:
        """Fields (..., n) of all units in the states ``x`` (..., n)."""
        return x @ self.theta.T + self.bias

    def energy(self, x: np.ndarray) -> np.ndarray:
        """Energies (...) of the states ``x`` (..., n)."""
        return -0.5 * np.sum((x @ self.theta.T) * x, axis=-1) - x @ self.bias

    def holds(self, x: np.ndarray) -> np.ndarray:
        """Whether no unit of the states ``x`` (..., n) wants to flip: bool (...)."""
        return (x * self.field(x) >= 0).all(axis=-1)

    def step(self, x: np.ndarray) -> np.ndarray:
        """All units at once, each on the old values of the others: (..., n) to (..., n)."""
        h = self.field(x)
        return np.where(h > 0, 1.0, np.where(h < 0, -1.0, x))

    def period(self, x: np.ndarray) -> int:
        """Length of the cycle into which synchronous steps lead from ``x`` (n,); 1 for a fixed point."""
        seen: dict[bytes, int] = {}
        x = self._states("period", "x", x)
        while (key := (x > 0).tobytes()) not in seen:
            seen[key] = len(seen)
            x = self.step(x)
        return len(seen) - seen[key]

    def path(self, x: np.ndarray, rng: np.random.Generator, sweeps: int = 100) -> np.ndarray:
        """One unit at a time, in a new random order for each sweep, until a sweep changes nothing.

        Parameters
        ----------
        x : (n,) state of -1 and +1 to start from.
        rng : source of the orders.
        sweeps : most sweeps to make.

        Returns
        -------
        (K + 1, n) states, the start and one for each of the K flips.
        """
        x = self._states("path", "x", x)
        flipped = self._settle(x, rng, sweeps)[1]
        states = np.tile(x, (len(flipped) + 1, 1))
        for k, i in enumerate(flipped, start=1):
            states[k:, i] *= -1
        return states

    def run(self, x: np.ndarray, rng: np.random.Generator, sweeps: int = 100) -> np.ndarray:
        """Last states (..., n) of the paths from the states ``x`` (..., n); arguments as for :meth:`path`."""
        x = self._states("run", "x", x)
        return np.array([self._settle(row, rng, sweeps)[0] for row in x.reshape(-1, x.shape[-1])]).reshape(x.shape)

    def _settle(self, x: np.ndarray, rng: np.random.Generator, sweeps: int) -> tuple[np.ndarray, list[int]]:
        """The last state of a path, and the units that flipped on the way."""
        x, n, flipped = x.copy(), len(x), []
        for _ in range(sweeps):
            order, before, h, at = rng.permutation(n), len(flipped), self.field(x), 0
            while at < n:
                waiting = order[at:]
                unstable = x[waiting] * h[waiting] < 0
                skipped = int(unstable.argmax())  # the units before it are content, and visiting them changes nothing
                if not unstable[skipped]:
                    break
                i = int(waiting[skipped])
                x[i] = -x[i]
                h += 2 * x[i] * self.theta[:, i]
                flipped.append(i)
                at += skipped + 1
            if len(flipped) == before:
                break
        return x, flipped

    def _states(self, where: str, name: str, x: np.ndarray) -> np.ndarray:
        x, n = np.asarray(x, dtype=np.float64), len(self.bias)
        require(x.shape[-1:] == (n,), "{}: {} has shape {}, expected (..., {})", where, name, x.shape, n)
        require_finite(where, name, x)
        require(bool((np.abs(x) == 1).all()), "{}: {} has other values than -1 and 1", where, name)
        return x


def random_patterns(s: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Independent fair signs, (s, n) float64 of -1 and +1."""
    return rng.choice([-1.0, 1.0], (s, n))


def flip(x: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """States ``x`` (..., n) with exactly ``count`` randomly chosen entries of each multiplied by -1."""
    x = np.asarray(x)
    require(0 <= count <= x.shape[-1], "flip: count is {}, expected 0 to {}", count, x.shape[-1])
    chosen = rng.random(x.shape).argsort(axis=-1) < count
    return np.where(chosen, -x, x)


def overlap(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""Agreement :math:`m=x\cdot y/n` of states (..., n): 1 if equal, 0 if unrelated, -1 if opposite."""
    x = np.asarray(x)
    return np.sum(x * np.asarray(y), axis=-1) / x.shape[-1]
