"""Mend the white space of content files on disk, and nothing else of them."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from generator.disk import write_atomically
from generator.editors.checking.whitespace import mend
from generator.errors import PublishError
from generator.problems import Problem
from generator.project import is_dropping
from generator.reading import find_status, read_content
from generator.schemas import CONTENT
from generator.yamlfile import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: The content files that are no YAML.
_PAGES = "content/pages/*.md"


def mend_files(root: Path, wanted: Sequence[str] = ()) -> list[str]:
    """Mend the white space of content files, and return the names of those that were changed, in order.

    ``wanted`` names files and folders relative to ``root``; nothing, or ``.``, means all. Links, what is no plain file
    and what can't be read are left alone. Raises :class:`PublishError` where the disk takes no file.
    """
    names = [name for name in find_content_files(root) if _is_wanted(name, wanted)]
    return [name for name in names if _mend_file(root, name)]


def find_content_files(root: Path) -> list[str]:
    """Return the names of all files that people write, but for what editors' programs leave there."""
    found = [path for pattern in (*CONTENT, _PAGES) for path in root.glob(pattern)]
    return sorted(path.relative_to(root).as_posix() for path in found if not is_dropping(path.name))


def _is_wanted(name: str, wanted: Sequence[str]) -> bool:
    return not wanted or any(place in {".", name} or name.startswith(f"{place}/") for place in wanted)


def _mend_file(root: Path, name: str) -> bool:
    status = find_status(root, name)
    if status is None:
        return False
    data = read_content(root, name, limit=MAX_BYTES)
    if isinstance(data, Problem) or (mended := mend(data, name)) == data:
        return False
    try:
        write_atomically(root / name, mended, mode=stat.S_IMODE(status.st_mode))
    except OSError as error:
        message = f"{name} can't be written ({error.strerror or error})"
        raise PublishError(message, fix="check the permissions of its folder and the room on the disk") from error
    return True
