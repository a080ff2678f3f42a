"""The browser of this machine that prints the book and tests the site: Chromium or Chrome, or what BOOK_CHROMIUM names.

It asks nothing of the net by itself.
"""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def executable() -> str | None:
    """Path of the browser; None if there is none."""
    return os.environ.get("BOOK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
