"""A progress bar where somebody watches, silence everywhere else."""

import sys
from typing import Any

__all__ = ["progress_bar"]


def watcher() -> str | None:
    """Who watches: "terminal", "notebook", or None.

    A front end with a reader lets the kernel ask for input; programs that execute notebooks (nbclient, nbval, the
    build of the book) do not. So pages keep free of bars, and a live notebook has them.
    """
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        kernel = getattr(shell, "kernel", None)
        if kernel is not None:
            return "notebook" if getattr(kernel, "_allow_stdin", False) else None
    return "terminal" if sys.stderr is not None and sys.stderr.isatty() else None


def progress_bar(total: int | None, show: bool) -> Any:
    """A tqdm bar over `total` batches, or None if `show` is False or nobody watches."""
    where = watcher() if show else None
    if where is None:
        return None
    if where == "notebook":
        from tqdm.notebook import tqdm
    else:
        from tqdm import tqdm
    return tqdm(total=total, unit="batch", leave=False, dynamic_ncols=True)
