"""Put several files of a folder in place together: all of them or none, whenever the program is killed.

The new files are written to ``.pending/new``, with copies of the old ones in ``.pending/old``. Then a marker says that
they are complete, and they are renamed into place. A run that finds the folder finishes the work where the marker
stands, and clears it away where it does not. Renames need no space, so a full disk shows itself before the first one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from generator.disk import sync_path, write_atomically
from generator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PENDING = ".pending"
_MARKER = "complete"


def commit(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files (name → content) in place; raises :class:`PublishError`, and then each is what it was."""
    with _explain_failure(folder):
        folder.mkdir(parents=True, exist_ok=True)
        changed = {name: content for name, content in files.items() if _read_old(folder / name) != content}
        if len(changed) > 1:
            _commit_together(folder, changed)
        for name, content in changed.items() if len(changed) == 1 else ():
            write_atomically(folder / name, content)


def recover(folder: Path) -> None:
    """Finish or clear away what a killed run left; only for the one that holds the lock."""
    pending = folder / PENDING
    if not pending.exists():
        return
    with _explain_failure(folder):
        if is_complete(folder):
            for path in sorted((pending / "new").iterdir()):
                path.replace(folder / path.name)
            sync_path(folder)
        _clear(pending)


def is_complete(folder: Path) -> bool:
    """Tell whether a killed run has left new files that count."""
    return (folder / PENDING / _MARKER).exists()


def find_current(folder: Path, name: str) -> Path:
    """Return where the content of a file that counts stands now, without recovering anything."""
    pending = folder / PENDING / "new" / name
    return pending if is_complete(folder) and pending.exists() else folder / name


def _commit_together(folder: Path, files: Mapping[str, bytes]) -> None:
    pending = folder / PENDING
    try:
        _stage(folder, files)
        write_atomically(pending / _MARKER, b"")
        for name in files:
            (pending / "new" / name).replace(folder / name)
        sync_path(folder)
    except BaseException:
        if is_complete(folder):
            _take_back(folder, files)
        _clear(pending)
        raise
    # All is in place: what can't be cleared away now does no harm until the next run.
    with contextlib.suppress(OSError):
        _clear(pending)


def _stage(folder: Path, files: Mapping[str, bytes]) -> None:
    new, old = folder / PENDING / "new", folder / PENDING / "old"
    new.mkdir(parents=True)
    old.mkdir()
    for name, content in files.items():
        _write(new / name, content)
        before = _read_old(folder / name)
        if before is not None:
            _write(old / name, before)
    for made in (new, old, folder / PENDING, folder):
        sync_path(made)


def _take_back(folder: Path, files: Mapping[str, bytes]) -> None:
    """Undo the renames; at each moment of it, a run that finds the folder could still finish the work instead."""
    new, old = folder / PENDING / "new", folder / PENDING / "old"
    for name in files:
        if (new / name).exists():
            continue
        (folder / name).replace(new / name)
        if (old / name).exists():
            (old / name).replace(folder / name)
    sync_path(folder)


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
