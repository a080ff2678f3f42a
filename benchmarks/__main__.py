"""Run the workloads named on the command line (all if none is named) and print one table."""

import os

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"  # before NumPy and PyTorch are imported: they read it once

from benchmarks.report import main  # noqa: E402

main()
