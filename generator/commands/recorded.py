"""Whether the ledger holds all that a build publishes: most nights nothing has changed that it would have to learn.

What counts is what decides that: content, program, records and the ledger itself, told by sizes and times as a build
tells them. Lost or torn, the note counts as none, and the question is answered at the cost of a merge.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from generator.build.inputs import Mark, find_changed, find_files, look
from generator.build.manifest import pack, unpack
from generator.disk import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from generator.config import Paths

#: What decides nothing of that.
_LEFT_OUT = (
    "templates/",
    *(f"data/{name}" for name in ("events.jsonl", "links.json", "status.json", "2fa-directory.meta.json")),
)


#: Name → mark.
Marks = dict[str, Mark]

_DATA = "data/"


def look_at_all(paths: Paths) -> Marks:
    """Return how everything lies there that decides what a build publishes."""
    files = {name: path for name, path in find_files(str(paths.root)).items() if not name.startswith(_LEFT_OUT)}
    return look(files, _read(paths))


def is_recorded(paths: Paths, seen: Marks) -> bool:
    """Tell whether nothing of what was seen has changed since the ledger learned what a build publishes."""
    known = _read(paths)
    return bool(known) and not find_changed(known, seen)


def note_recorded(paths: Paths, seen: Marks) -> None:
    """Remember that the ledger holds what a build publishes of the content that was seen before, and of this data."""
    now = look_at_all(paths)
    # Content may have changed since: the next fetch has to see that.
    marks = {name: mark for name, mark in seen.items() if not name.startswith(_DATA)}
    marks |= {name: mark for name, mark in now.items() if name.startswith(_DATA)}
    with contextlib.suppress(OSError):  # then the next fetch asks again
        plain = {name: tuple(mark) for name, mark in marks.items()}
        write_atomically(_file(paths), pack(plain), is_durable=False)


def _file(paths: Paths) -> Path:
    return paths.work / "recorded"


def _read(paths: Paths) -> Marks:
    try:
        plain = unpack(_file(paths).read_bytes())
    except OSError:
        return {}
    return {name: Mark._make(mark) for name, mark in plain.items()} if plain else {}
