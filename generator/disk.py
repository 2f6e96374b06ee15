"""How this project writes: whole files or nothing.

Used only by the rooms that may write: upstream, build, editors and the cache of parsed YAML.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, data: bytes, *, is_durable: bool = True, mode: int = 0o644) -> None:
    """Put ``data`` in place as a whole: readers see the old file or the new one. Raises ``OSError``.

    Without ``is_durable`` a power cut may leave neither: right for what can be made again.
    """
    temporary = f"{path.parent}/.{path.name}.{os.urandom(8).hex()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        os.replace(temporary, path)  # noqa: PTH105 (a name, not a Path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    if is_durable:
        sync_path(path.parent)


def create_atomically(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, as a whole or not at all.

    Raises ``FileExistsError`` where the name is taken, even if only since a moment ago, and ``OSError``.
    """
    whole = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    write_atomically(whole, data)
    try:
        # Unlike a rename, a link never takes a name from another file.
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("xb") as file:
            file.write(data)
    finally:
        whole.unlink()
    sync_path(path.parent)


def sync_path(path: Path | str, *, dir_fd: int | None = None) -> None:
    """Make a file's content, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=dir_fd)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
