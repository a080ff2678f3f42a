"""The command line; it must be read before NumPy and PyTorch are imported, which ask once for their threads."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

parser = argparse.ArgumentParser("python -m benchmarks", description="Speed and memory beside PyTorch eager.")
parser.add_argument("names", nargs="*", help="parts of names of workloads (all, and results.json written, if none)")
parser.add_argument("--threads", type=int, choices=(1, 2), help="of NumPy and PyTorch (several runs with 1, then one "
                    "with 2, if none is named)")
parser.add_argument("--gate", action="store_true", help="fail where a ratio is under 75 %% of what was reached")
parser.add_argument("--write", type=Path, help="put the figures into this file")
options = parser.parse_args()

whole = not (options.names or options.threads or options.gate)
path = options.write or (Path(__file__).parent / "results.json" if whole else None)
threads = options.threads or 1
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(threads)

from benchmarks import report  # noqa: E402


def alone(threads: int, path: Path) -> None:
    """A run in a process of its own."""
    subprocess.run([sys.executable, "-m", "benchmarks", "--threads", str(threads), "--write", str(path)], check=True)


if not whole:
    sys.exit(report.main(options.names, threads, options.gate, path))
with TemporaryDirectory() as folder:
    files = [Path(folder) / f"{k}.json" for k in range(report.RUNS)]
    for file in files:
        alone(1, file)
    report.join(files, path)
alone(2, path)
