"""Put several files of a folder in place together: all of them or none, whenever the program is killed.

The new files are written to ``.pending/new``, with copies of the old ones in ``.pending/old``. Then a marker says that
they are complete, and which files are to go, and they are renamed into place. A run that finds the folder finishes the
work where the marker stands, and clears it away where it does not. Renames need no space, so a full disk shows itself
before the first one. A name may have one folder before it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from generator.disk import sync_path, write_atomically
from generator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PENDING = ".pending"
_MARKER = "complete"

#: What lies in it: files to come, copies of those that they replace, files that were to go.
_KINDS = ("new", "old", "gone")


def commit(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Put the files (name → content; None removes one) in place.

    Raises :class:`PublishError`, and then each is what it was.
    """
    with _explain_failure(folder):
        folder.mkdir(parents=True, exist_ok=True)
        changed = {name: content for name, content in files.items() if _read_old(folder / name) != content}
        if len(changed) > 1 or None in changed.values():
            _commit_together(folder, changed)
            return
        for name, content in changed.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write_atomically(folder / name, content or b"")


def recover(folder: Path) -> None:
    """Finish or clear away what a killed run left; only for the one that holds the lock."""
    pending = folder / PENDING
    if not pending.exists():
        return
    with _explain_failure(folder):
        if is_complete(folder):
            new = pending / "new"
            _put_in_place(folder, sorted(_list_files(new)), _read_gone(pending))
        _clear(pending)


def is_complete(folder: Path) -> bool:
    """Tell whether a killed run has left new files that count."""
    return (folder / PENDING / _MARKER).exists()


def find_current(folder: Path, name: str) -> Path:
    """Return where the content of a file that counts stands now, without recovering anything."""
    pending = folder / PENDING
    if not is_complete(folder):
        return folder / name
    if name in _read_gone(pending):
        return pending / "none" / name  # where no file is
    return pending / "new" / name if (pending / "new" / name).exists() else folder / name


def _commit_together(folder: Path, files: Mapping[str, bytes | None]) -> None:
    pending = folder / PENDING
    gone = [name for name, content in files.items() if content is None]
    try:
        _stage(folder, files)
        write_atomically(pending / _MARKER, json.dumps(gone).encode())
        _put_in_place(folder, [name for name in files if name not in gone], gone)
    except BaseException:
        if is_complete(folder):
            _take_back(folder, files)
        _clear(pending)
        raise
    # All is in place: what can't be cleared away now does no harm until the next run.
    with contextlib.suppress(OSError):
        _clear(pending)


def _stage(folder: Path, files: Mapping[str, bytes | None]) -> None:
    pending = folder / PENDING
    made = [pending / kind / place for kind in _KINDS for place in sorted({Path(name).parent for name in files})]
    for place in made:
        place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if content is None:
            continue
        _write(pending / "new" / name, content)
        before = _read_old(folder / name)
        if before is not None:
            _write(pending / "old" / name, before)
    for place in (*made, *(pending / kind for kind in _KINDS), pending, folder):
        sync_path(place)


def _put_in_place(folder: Path, names: Iterable[str], gone: Iterable[str]) -> None:
    touched = {folder}
    for name in names:
        path = folder / name
        if path.parent not in touched:
            path.parent.mkdir(exist_ok=True)
            touched.add(path.parent)
        (folder / PENDING / "new" / name).replace(path)
    for name in gone:
        if (folder / name).exists():
            (folder / name).replace(folder / PENDING / "gone" / name)
            touched.add((folder / name).parent)
    for place in touched:
        sync_path(place)


def _take_back(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Undo what was done; at each moment of it, a run that finds the folder could still finish the work instead."""
    new, old, gone = (folder / PENDING / kind for kind in _KINDS)
    for name, content in files.items():
        if content is None:
            if (gone / name).exists():
                (gone / name).replace(folder / name)
        elif not (new / name).exists():
            (folder / name).replace(new / name)
            if (old / name).exists():
                (old / name).replace(folder / name)
    sync_path(folder)


def _list_files(folder: Path) -> Iterator[str]:
    """Return the names of all files below a folder, relative to it."""
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _read_gone(pending: Path) -> list[str]:
    """Return the names that the marker says are to go."""
    names: list[str] = json.loads((pending / _MARKER).read_bytes() or b"[]")
    return names


def _clear(pending: Path) -> None:
    if pending.exists():
        (pending / _MARKER).unlink(missing_ok=True)
        sync_path(pending)
        shutil.rmtree(pending)


def _read_old(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o644)


@contextlib.contextmanager
def _explain_failure(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{folder} can't be written ({error.strerror or error})"
        raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error
