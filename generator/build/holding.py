"""Hold an output for one process: to write it, or to read it undisturbed."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from generator.build.releases import check_target
from generator.build.trees import find_tree_id, lock_of
from generator.errors import BusyError, PublishError
from generator.lock import hold_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def hold_output(out: Path) -> Iterator[None]:
    """Hold an output to write it; raises :class:`UsageError` where no site may be put, and leaves nothing there."""
    check_target(out)
    with hold_lock(lock_of(out), "build"):
        yield


@contextlib.contextmanager
def hold_for_reading(out: Path) -> Iterator[None]:
    """Keep builds away from a site while somebody reads it; raises :class:`BusyError`.

    Who may make no lock there could not build either. Somebody else may, and is noticed afterwards.
    """
    with contextlib.ExitStack() as stack:
        tree, lock = find_tree_id(out), lock_of(out)
        is_held, was_there = True, os.path.lexists(lock)
        try:
            stack.enter_context(hold_lock(lock, "build"))
        except PublishError as error:
            if getattr(error.__cause__, "errno", None) not in _FORBIDDEN:
                raise
            is_held = False
        yield
        if not is_held and (find_tree_id(out) != tree or os.path.lexists(lock) != was_there):
            message = f"{out} was replaced while it was read"
            raise BusyError(message, fix="wait until the build has ended")


#: What the system says where nobody may write, or not this user.
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
