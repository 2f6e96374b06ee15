"""What Linux can do with files and Python has no name for; each function tells or mends where a system lacks it."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# AT_FDCWD and RENAME_EXCHANGE of Linux.
_HERE = -100
_EXCHANGE = 2

_LIBRARY = ctypes.CDLL(None, use_errno=True)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that neither name is ever missing; False where the system can't.

    This is renameat2 (see its manual page).
    """
    rename = getattr(_LIBRARY, "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


def sync_filesystem(descriptor: int) -> None:
    """Put everything on the disk that was written to the file system of an open file: syncfs, else sync."""
    sync = getattr(_LIBRARY, "syncfs", None)
    if sync is None:
        os.sync()
    elif sync(descriptor) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
