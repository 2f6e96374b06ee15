"""One run at a time: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from generator.errors import BusyError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: For the owner alone: who may open a lock may hold it, and keep everybody else waiting.
_MODE = 0o600

#: How often a lock that was replaced meanwhile is tried again.
_TRIES = 100


@contextlib.contextmanager
def hold_lock(path: Path, what: str) -> Iterator[int]:
    """Hold the lock file for the duration of the block; raises :class:`BusyError` where another process has it.

    Yields its descriptor: a process that inherits it keeps the lock until it ends too.
    """
    for _ in range(_TRIES):
        descriptor = _open(path)
        try:
            _lock(path, descriptor, what)
            # Whoever cleans up may have removed the file meanwhile, and others hold the one that came after it.
            if _is_still_at(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)
    raise _busy(what)


def _lock(path: Path, descriptor: int, what: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _busy(what) from error
    except OSError as error:
        message = f"{path}: the lock can't be held ({error.strerror})"
        raise PublishError(message, fix="use a file system that has locks") from error


def _busy(what: str) -> BusyError:
    return BusyError(f"another {what} is running", fix="wait until it has ended")


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # No link is followed, or whoever may put one there would choose the file that is made.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE)
    except OSError as error:
        message = f"{path}: the lock can't be made ({error.strerror})"
        raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error
    info = os.fstat(descriptor)
    if info.st_mode & 0o777 != _MODE and info.st_uid == os.geteuid() and info.st_nlink == 1:
        with contextlib.suppress(OSError):  # a file system without modes
            os.fchmod(descriptor, _MODE)
    return descriptor


def _is_still_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
