"""One run at a time: a lock that ends with the process that holds it, however that ends.

Light on purpose: a build with nothing to do imports this module and little else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os

from generator.errors import BusyError, PublishError

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def hold_lock(path: str | os.PathLike[str], what: str) -> Iterator[int]:
    """Hold the lock file for the duration of the block; raises :class:`BusyError` where another process has it.

    Yields its descriptor: a process that inherits it keeps the lock until it ends too.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        message = f"{os.fspath(path)}: the lock can't be made ({error.strerror})"
        raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another {what} is running"
            raise BusyError(message, fix="wait until it has ended") from error
        yield descriptor
    finally:
        os.close(descriptor)
