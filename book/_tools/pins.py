"""Write constraints.txt: the exact versions that are installed here (``make pins``).

Local suffixes such as ``+cpu`` go: they name a build that exists on one index only.  The project
itself is no constraint.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
# Exact versions of everything that requirements.in pulls in, frozen under Python {version}.
# Written by `make pins`; environment.yml repeats the versions of Python and PyTorch.
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
    (ROOT / "constraints.txt").write_text(head + "\n".join(pins(frozen)) + "\n", encoding="utf-8")
