"""How this project touches the disk: read what is safe to read, write whole files or nothing, one run at a time.

Used only by the rooms that may do I/O: config, catalogue.load, upstream's store, build and editors.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from generator.errors import BusyError, Problem, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_content(path: Path, root: Path, name: str, *, limit: int) -> bytes | Problem:
    """Return the bytes of a file that people wrote, or the reason why it is not read.

    A symbolic link that leaves ``root``, a pipe and a device are refused; of a file over ``limit`` bytes, just enough
    is read to show that it is too large.
    """
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return Problem(
                path=name,
                rule="link-outside",
                message="the file is a symbolic link to somewhere outside the project",
                fix="put a copy of the file here",
            )
        if not stat.S_ISREG(path.stat().st_mode):
            return Problem(path=name, rule="not-a-file", message="this is not a regular file", fix="remove it")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        return Problem(
            path=name, rule="missing-file", message="the file does not exist", fix="create it, or restore it from git"
        )
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(
            path=name, rule="unreadable", message=f"the file can't be read ({reason})", fix="check its permissions"
        )


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` in place as a whole: readers see the old file or the new one. Raises ``OSError``."""
    # Named for the process: tempfile would take longer to import than the whole write takes.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        temporary.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_path(path.parent)


def sync_path(path: Path | str, *, dir_fd: int | None = None) -> None:
    """Make a file's content, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=dir_fd)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def hold_lock(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file for the duration of the block; raises :class:`BusyError` where another process has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        message = f"{path}: the lock can't be made ({error.strerror})"
        raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another {what} is running"
            raise BusyError(message, fix="wait until it has ended") from error
        yield
    finally:
        os.close(descriptor)
