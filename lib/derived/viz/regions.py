"""Maps of regions in the plane: neighbouring regions in different shades."""

import numpy as np
from matplotlib.axes import Axes

__all__ = ["draw_map", "shades"]


def shades(labels: np.ndarray) -> np.ndarray:
    """Colour a map: the number of a shade for each cell, such that regions with a common border differ.

    Parameters
    ----------
    labels
        Integers 0, 1, … (rows, columns): the region of each cell of a grid.

    Returns
    -------
    Integers of the same shape; each region, the largest first, takes the first shade that no neighbour has.
    """
    labels = np.asarray(labels)
    touch = np.zeros((labels.max() + 1,) * 2, dtype=bool)
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        touch[a, b] = touch[b, a] = True
    np.fill_diagonal(touch, False)
    shade = np.full(len(touch), -1)
    for region in np.argsort(-np.bincount(labels.ravel())).tolist():
        taken = set(shade[touch[region]].tolist())
        shade[region] = next(k for k in range(len(touch) + 1) if k not in taken)
    return shade[labels]


def draw_map(ax: Axes, labels: np.ndarray, extent: tuple[float, float, float, float]) -> None:
    """Draw regions (rows, columns) as patches of blue; row 0 is at the bottom, `extent` is left, right, bottom, top."""
    drawn = shades(labels)
    ax.imshow(drawn, origin="lower", extent=extent, cmap="Blues", vmin=-0.7, vmax=max(5, drawn.max() + 1),
              interpolation="nearest")  # fmt: skip
