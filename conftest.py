"""pytest for the whole book.

Notebooks are run by ``book/_tools/executor.py``.  One thread a process: two workers on two cores
are faster so than with the default, and results do not depend on the number of threads.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from hypothesis import settings  # noqa: E402  after the threads are set: it may import NumPy

# The same cases on every machine and no deadline: a red test is a fault, never a busy computer.
settings.register_profile("book", deadline=None, derandomize=True, database=None)
settings.load_profile("book")

pytest_plugins = ["executor"]
