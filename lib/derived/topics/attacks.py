r"""Attacks inside a ball: one step along the sign of the gradient, many projected steps, and the best of several."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor
from derived.topics.jacobian_norm import frozen
from derived.topics.norms import dual_norm_maximizer
from derived.topics.projections import project, random_in_ball
from derived.training import predict

__all__ = ["fgsm", "loss_gradient", "margin", "margin_loss", "pgd", "pgd_path", "restarted", "sign_noise",
           "smallest_radius", "summed_cross_entropy", "worst_of"]  # fmt: skip

Loss = Callable[[Tensor, np.ndarray], Tensor]
Box = tuple[float, float] | None


def summed_cross_entropy(scores: Tensor, labels: np.ndarray) -> Tensor:
    """Cross-entropy, added over the batch: each image then has the gradient of its own loss."""
    return ops.cross_entropy(scores, labels, reduction="sum")


def margin(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    r"""Score of the label minus the best other score, :math:`f_y-\max_{j\ne y}f_j`, (N,): negative where wrong."""
    rows = np.arange(len(scores))
    return scores[rows, labels] - scores[rows, _best_other(scores, labels)]


def margin_loss(scores: Tensor, labels: np.ndarray) -> Tensor:
    r"""Best other score minus that of the label, added over the batch: the negative of :func:`margin`."""
    rows = np.arange(len(labels))
    other = _best_other(scores.data, labels)
    return (ops.getitem(scores, (rows, other)) - ops.getitem(scores, (rows, labels))).sum()


def _best_other(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    others = scores.copy()
    others[np.arange(len(labels)), labels] = -np.inf
    return others.argmax(axis=1)


def loss_gradient(model: nn.Module, images: np.ndarray, labels: np.ndarray,
                  loss: Loss = summed_cross_entropy) -> np.ndarray:  # fmt: skip
    r"""Gradient :math:`\nabla_x\ell(f(x),y)` of each image's loss, in one backward pass for the batch.

    Parameters
    ----------
    model : images (N, ...) to scores (N, K); no image may influence another's scores.
    images, labels : (N, ...) floats and (N,) integers.
    loss : of scores and labels, the sum over the batch.
    """
    require(len(images) == len(labels), "loss_gradient: {} images and {} labels", len(images), len(labels))
    inputs = Tensor(images, requires_grad=True)
    with frozen(model):
        loss(model(inputs), labels).backward()
    return inputs.grad


def fgsm(model: nn.Module, images: np.ndarray, labels: np.ndarray, eps: float,
         box: Box = (0.0, 1.0)) -> np.ndarray:  # fmt: skip
    r"""Fast gradient sign method :math:`x+\epsilon\,\mathrm{sign}\nabla_x\ell(f(x),y)`, cut off at the box.

    Parameters
    ----------
    model, images, labels : as in :func:`loss_gradient`.
    eps : largest change of a pixel.
    box : smallest and largest value of a pixel; None for no box.
    """
    moved = images + np.asarray(eps, images.dtype) * np.sign(loss_gradient(model, images, labels))
    return np.clip(moved, *box) if box else moved


def pgd_path(model: nn.Module, images: np.ndarray, labels: np.ndarray, eps: float | np.ndarray,
             *, p: float = np.inf, steps: int = 20, step_size: float | np.ndarray | None = None,
             rng: np.random.Generator | None = None, loss: Loss = summed_cross_entropy,
             samples: int = 1, box: Box = (0.0, 1.0)) -> Iterator[np.ndarray]:  # fmt: skip
    r"""The iterates of projected gradient ascent, from the start on: ``steps + 1`` arrays like ``images``.

    .. math:: x_k=\Pi\bigl(x_{k-1}+\alpha v^*\bigr),\qquad
       v^*=\arg\max_{\|v\|_p\le1}v^\top\nabla_x\ell(f(x_{k-1}),y)

    Entries of v that would push a pixel out of the box are 0: otherwise, for p = 1, a step could be spent on one pixel
    that cannot move.

    Parameters
    ----------
    model, images, labels, loss : as in :func:`loss_gradient`.
    eps : radius :math:`\epsilon` of the ball, one for all images or (N,).
    p : norm of ball and step: 1, 2 or infinity. For p = 1 a step changes one pixel.
    step_size : :math:`\alpha`; 2.5 eps / steps if not given, so that the ball can be crossed.
    rng : source of a uniform start in the ball; without it the start is the image.
    samples : gradients averaged for each step, where the model is random.
    box : smallest and largest value of a pixel; None for no box.
    """
    require(steps >= 1, "pgd: steps is {}, expected at least 1", steps)
    x = images
    if rng is not None:
        start = images + random_in_ball(images.shape, eps, p, rng)
        x = project(start.astype(images.dtype), images, eps, p, box)
    step_size = 2.5 * np.asarray(eps) / steps if step_size is None else step_size
    step_size = np.broadcast_to(np.asarray(step_size, images.dtype), len(images))
    step_size = step_size.reshape(-1, *[1] * (images.ndim - 1))
    yield x
    for _ in range(steps):
        z = sum(loss_gradient(model, x, labels, loss) for _ in range(samples))
        if box and p < np.inf:  # for p = infinity the box cuts each pixel off by itself
            z = np.where(((x <= box[0]) & (z < 0)) | ((x >= box[1]) & (z > 0)), 0, z)
        v = dual_norm_maximizer(z.reshape(len(x), -1), p).reshape(x.shape)
        x = project(x + step_size * v, images, eps, p, box)
        yield x


def pgd(model: nn.Module, images: np.ndarray, labels: np.ndarray, eps: float | np.ndarray,
        **options: object) -> np.ndarray:  # fmt: skip
    """Last iterate of :func:`pgd_path`, which has the arguments."""
    for x in pgd_path(model, images, labels, eps, **options):  # noqa: B007 - the last one is wanted
        pass
    return x


def worst_of(model: nn.Module, labels: np.ndarray, *candidates: np.ndarray) -> np.ndarray:
    r"""For each image the candidate with the smallest :func:`margin`; the first of equals.

    With iterates of several attacks, restarts or steps as candidates this is the strongest attack of them all.
    """
    margins = np.stack([margin(predict(model, x), labels) for x in candidates])
    return np.stack(candidates)[margins.argmin(axis=0), np.arange(len(labels))]


def restarted(model: nn.Module, images: np.ndarray, labels: np.ndarray, eps: float | np.ndarray, *, times: int,
              rng: np.random.Generator, **options: object) -> np.ndarray:  # fmt: skip
    """The worst, by :func:`worst_of`, of ``times`` runs of :func:`pgd` from random starts."""
    runs = [pgd(model, images, labels, eps, rng=rng, **options) for _ in range(times)]
    return worst_of(model, labels, *runs)


def sign_noise(images: np.ndarray, eps: float, rng: np.random.Generator, box: Box = (0.0, 1.0)) -> np.ndarray:
    """Every pixel moved by ``eps``, up or down at random: as large as :func:`fgsm`, without its knowledge."""
    moved = images + (eps * rng.choice([-1.0, 1.0], images.shape)).astype(images.dtype)
    return np.clip(moved, *box) if box else moved


def smallest_radius(model: nn.Module, images: np.ndarray, labels: np.ndarray, largest: float, *, rounds: int = 8,
                    **options: object) -> np.ndarray:  # fmt: skip
    """Smallest radius at which :func:`pgd` succeeds, (N,), by bisection for each image.

    Infinity where the attack fails at ``largest``; 0 where the model is wrong already. An upper bound of the distance
    to the nearest image of another class, up to ``largest`` / 2**rounds.
    """
    low, high = np.zeros(len(images)), np.full(len(images), float(largest))

    def succeeds(radius: np.ndarray) -> np.ndarray:
        return margin(predict(model, pgd(model, images, labels, radius, **options)), labels) < 0

    never = ~succeeds(high)
    for _ in range(rounds):
        middle = (low + high) / 2
        hit = succeeds(middle)
        low, high = np.where(hit, low, middle), np.where(hit, middle, high)
    found = np.where(never, np.inf, high)
    return np.where(margin(predict(model, images), labels) < 0, 0.0, found)
