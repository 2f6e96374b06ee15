"""Who may write an output, or count on it: one process at a time, whichever project it works for.

Light on purpose: a build with nothing to do imports this module and little else.
"""

from __future__ import annotations

import contextlib
import os

from generator.build.trees import find_tree_id, is_site, lock_of
from generator.errors import BusyError
from generator.lock import hold_lock

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def hold_output(out: str) -> Iterator[None]:
    """Hold an output to write it; raises :class:`UsageError` where no site may be put, and leaves nothing there."""
    if not is_site(out):
        # Imported here because nearly every build finds a site.
        from pathlib import Path

        from generator.build.releases import check_target

        check_target(Path(out))
    with hold_lock(lock_of(out), "build"):
        yield


@contextlib.contextmanager
def keep_still(out: str) -> Iterator[None]:
    """Keep builds away from a site while somebody reads it; raises :class:`BusyError`."""
    lock = lock_of(out)
    folder = os.path.dirname(lock)
    if not _is_read_only(folder) and (os.path.lexists(lock) or os.access(folder, os.W_OK)):
        with hold_lock(lock, "build"):
            yield
        return
    # Where we can't make a lock we could not build either. Somebody else may, and is noticed afterwards.
    tree = find_tree_id(out)
    yield
    if find_tree_id(out) != tree or (os.path.lexists(lock) and not _is_read_only(folder)):
        message = f"{out} was replaced while it was read"
        raise BusyError(message, fix="wait until the build has ended")


def _is_read_only(folder: str) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
