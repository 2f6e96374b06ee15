"""Plain values that one build keeps for the next, each in a file of its own in the project's folder for such files.

Only the same program gets them back: its libraries and its version of Python included. Light on purpose, for the
process that goes ahead of a build.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeVar

from generator.build.manifest import pack, unpack
from generator.disk import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

#: Text -> clean HTML.
MARKDOWN = "markdown.cache"
#: The code of all templates.
TEMPLATES = "templates.cache"


def load_kept(path: Path, program: str, default: T) -> T:
    """Return what the same program has saved, or the default."""
    try:
        kept = unpack(path.read_bytes())
    except OSError:
        return default
    return kept[1] if kept and kept[0] == program else default


def save_kept(path: Path, program: str, value: object) -> None:
    """Keep something for the next process; a disk that takes none costs that process time, no more."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, pack((program, value)), is_durable=False)
