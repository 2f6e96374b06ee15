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

_LEFT_OUT = (
    "templates/",
    *(f"data/{name}" for name in ("events.jsonl", "links.json", "status.json", "2fa-directory.meta.json")),
)


def is_recorded(paths: Paths) -> bool:
    """Tell whether nothing has changed since the ledger learned what a build publishes."""
    known = _read(paths)
    return bool(known) and not find_changed(known, _look(paths, known))


def note_recorded(paths: Paths) -> None:
    """Remember that the ledger holds what a build publishes now."""
    marks = {name: tuple(mark) for name, mark in _look(paths, _read(paths)).items()}
    with contextlib.suppress(OSError):  # then the next fetch asks again
        write_atomically(_file(paths), pack(marks), is_durable=False)


def _file(paths: Paths) -> Path:
    return paths.work / "recorded"


def _read(paths: Paths) -> dict[str, Mark]:
    try:
        plain = unpack(_file(paths).read_bytes())
    except OSError:
        return {}
    return {name: Mark._make(mark) for name, mark in plain.items()} if plain else {}


def _look(paths: Paths, known: dict[str, Mark]) -> dict[str, Mark]:
    files = {name: path for name, path in find_files(str(paths.root)).items() if not name.startswith(_LEFT_OUT)}
    return look(files, known)
