"""Write constraints.txt: the exact versions that are installed here (``make pins``).

Local suffixes such as ``+cpu`` go: they name a build that exists on one index only.  The project
itself is no constraint.  environment.yml gets the version of PyTorch, which conda installs.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
# Exact versions of everything that requirements.in pulls in, frozen under Python {version}.
# Written by `make pins`.
"""


def pins(freeze: str) -> list[str]:
    """The lines of a ``pip freeze`` as constraints."""
    found = (re.fullmatch(r"([A-Za-z0-9._-]+)==([^+\s]+)(\+\S+)?", line) for line in freeze.splitlines())
    rows = (f"{match[1]}=={match[2]}" for match in found if match)
    return sorted((row for row in rows if not row.startswith("deep-learning-derived")), key=str.lower)


if __name__ == "__main__":
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    frozen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    head = HEAD.format(version=f"{sys.version_info[0]}.{sys.version_info[1]}")
    rows = pins(frozen)
    (ROOT / "constraints.txt").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    conda = ROOT / "environment.yml"
    torch = next(row.split("==")[1] for row in rows if row.startswith("torch=="))
    conda.write_text(re.sub(r"pytorch-cpu=\S+", f"pytorch-cpu={torch}", conda.read_text("utf-8")), encoding="utf-8")
