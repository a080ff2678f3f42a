"""Every room of the library has its place in the reference, and only one; checkers are described by their exercises."""

import re

import library_reference
from execution import ROOT


def test_every_room_stands_on_one_page():
    shown: list[str] = []
    for page in sorted((ROOT / "book/library").glob("*.rst")):
        for names in re.findall(r"^\.\. library::((?:.+\n)+)", page.read_text("utf-8") + "\n", re.MULTILINE):
            shown += [room for name in names.split() for room in library_reference.rooms(f"derived.{name}")]
    folder = ROOT / "lib/derived"
    rooms = {".".join(path.relative_to(ROOT / "lib").with_suffix("").parts) for path in folder.rglob("*.py")
             if not path.name.startswith("_") and "exercises" not in path.parts}
    missing = {room for room in rooms - set(shown) if room.rpartition(".")[0] not in shown}
    twice = {room for room in shown if shown.count(room) > 1}
    assert missing == set(), "add them to a page of book/library"
    assert twice == set()
