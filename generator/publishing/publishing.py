"""Make a remote hold the site: only what changed is sent, nothing before what it leads to, deletions last.

It may end at any moment, in any way: the index at the remote never claims what is not there, so the next run makes good
whatever this one left, also where the site is another one by then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.holding import hold_for_reading
from generator.errors import BusyError, PublishError
from generator.lock import hold_lock
from generator.publishing.index import Index
from generator.publishing.local import list_site, mark_files, require_site, set_aside
from generator.publishing.place import check_remote
from generator.publishing.planning import Plan, plan_publishing, refuse_emptying
from generator.publishing.rclone import Rclone, find_rclone
from generator.publishing.remote import Remote
from generator.publishing.report import PublishReport

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds in which an rclone has ended whose publish was killed.
_PATIENCE = 2.0


class Wish(Struct, frozen=True, kw_only=True):
    """What to publish where: the project, the folder of the site, the remote as rclone names it.

    ``is_clean`` leaves aside what the remote says of itself. ``prunes`` deletes all that the site doesn't have, whoever
    put it there. ``tick`` is told how many of how many files are sent.
    """

    root: str
    out: str
    remote: str
    is_dry: bool = False
    is_clean: bool = False
    prunes: bool = False
    tick: Callable[[int, int], None] = lambda _done, _all: None


def publish(wish: Wish) -> PublishReport:
    """Make the remote hold the site; raises :class:`UsageError`, :class:`PublishError` and :class:`BusyError`."""
    require_site(wish.out)
    check_remote(wish.root, wish.remote, wish.out)
    work = os.path.join(wish.root, ".twofa")
    folder = os.path.join(work, "publishing")
    try:
        with _hold_patiently(os.path.join(work, "publish.lock")) as lock, _make_empty(folder):
            rclone = Rclone(program=find_rclone(), remote=wish.remote, folder=folder, lock=lock)
            return _Run(wish, Remote(rclone=rclone, folder=folder), os.path.join(folder, "site")).go()
    except OSError as error:
        message = f"{error.filename or wish.out} could not be read or written ({error.strerror or error})"
        raise PublishError(
            message, fix="check the space on the disk and the permissions, then publish again"
        ) from error


@contextlib.contextmanager
def _hold_patiently(path: str) -> Iterator[int]:
    """Hold the lock of publishing; the last moments of one that was killed are waited for."""
    last = time.monotonic() + _PATIENCE
    with contextlib.ExitStack() as stack:
        while True:
            try:
                lock = stack.enter_context(hold_lock(Path(path), "publish"))
                break
            except BusyError:
                if time.monotonic() > last:
                    raise
            time.sleep(0.05)
        yield lock


@contextlib.contextmanager
def _make_empty(folder: str) -> Iterator[None]:
    """Have an empty folder for the duration of the block; one that was killed may have left it full."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Run:
    """One publishing, step by step, with the time that each phase takes."""

    def __init__(self, wish: Wish, remote: Remote, place: str) -> None:
        self._wish, self._remote, self._place = wish, remote, place
        self._seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def go(self) -> PublishReport:
        """Look at both sides, plan, and do it."""
        wish, shown = self._wish, self._remote.rclone.shown
        held = Index() if wish.is_clean else self._remote.read_index() or Index()
        found = self._remote.list_names() if wish.prunes else ()
        # No build may replace the site between a look at its files and the moment when they are set aside.
        with hold_for_reading(Path(wish.out)):
            marks = mark_files(wish.out, list_site(os.path.join(wish.root, ".twofa"), wish.out))
            plan = plan_publishing(marks, held, found)
            size = set_aside(wish.out, () if wish.is_dry else plan.names, self._place)
        if not wish.prunes:
            refuse_emptying(plan, held, shown)
        self._lap("look")
        if plan and not wish.is_dry:
            self._change(plan)
        return PublishReport(
            remote=shown,
            sent=0 if wish.is_dry else len(plan.names),
            deleted=0 if wish.is_dry else len(plan.lost),
            bytes=size,
            unchanged=plan.unchanged,
            seconds=self._seconds,
            sending=tuple(plan.names),
            deleting=plan.lost,
            is_dry=wish.is_dry,
        )

    def _change(self, plan: Plan) -> None:
        remote, count, done = self._remote, len(plan.names), 0
        remote.write_index(plan.before)
        for batch in plan.batches:
            self._wish.tick(done, count)
            remote.send(batch, self._place)
            done += len(batch.names)
        self._lap("send")
        if plan.lost:
            remote.delete(plan.lost)
            self._lap("delete")
        remote.write_index(plan.after)
        self._lap("close")

    def _lap(self, phase: str) -> None:
        now = time.monotonic()
        self._seconds[phase] = now - self._last
        self._last = now
