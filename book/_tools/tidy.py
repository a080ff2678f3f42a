"""Bring notebooks to canonical form: ``make tidy`` or ``python book/_tools/tidy.py [FILE ...]``.

Outputs, execution counts, foreign metadata and empty cells go; random cell ids become words taken
from the cell (ids that are words stay, so a cell keeps its id when its text changes).
With ``--check`` nothing is written; the exit status says whether something would be.
"""

import argparse
import json
import sys
from pathlib import Path

from chapter import canonical_text

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks (default: all below chapters/)")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if something is untidy")
    options = parser.parse_args()
    untidy = 0
    for path in options.files or sorted((ROOT / "chapters").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        tidy = canonical_text(json.loads(text))
        if text != tidy:
            untidy += 1
            print(f"{'untidy' if options.check else 'tidied'}: {path}")
            if not options.check:
                path.write_text(tidy, encoding="utf-8")
    return 1 if untidy and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
