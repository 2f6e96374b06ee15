"""Move whole trees in and out of place: a build's new release, or by rollback the one before.

Trees are swapped in one step, so a reader finds a whole site at every moment. Where the system can't, three renames do
it, and :func:`generator.build.releases.recover` mends the ones that were cut short.
"""

from __future__ import annotations

import contextlib
import os
from itertools import pairwise
from typing import TYPE_CHECKING

from generator.build.kernel import exchange
from generator.build.releases import check_target, explain_failure, holds_tree, places_of, recover
from generator.build.trees import SIGN, void_tree
from generator.disk import sync_path
from generator.errors import PublishError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def switch_to_spare(out: Path) -> None:
    """Put the tree at ``.next`` in place, the old site at ``.previous``; on any error, all is as it was.

    It goes by way of ``.previous``: so each of the two swaps leaves a whole release in each place, and a build that is
    killed between them leaves nothing to mend, only a rollback that would lead to the release that it had ready.
    """
    places = places_of(out)
    kept = (places.previous,) if holds_tree(out) else ()
    _move(places.spare, *kept, out)


def check_rollback(out: Path) -> None:
    """Raise :class:`UsageError` where there is surely nothing to go back to; the lock need not be held."""
    check_target(out)
    places = places_of(out)
    with explain_failure(out):
        if not any(map(holds_tree, (places.previous, places.aside))):
            raise _nothing_before(out)


def _nothing_before(out: Path) -> UsageError:
    message = f"there is no release before the one in {out}"
    return UsageError(message, fix="each build that changes the site keeps the one before it, so build first")


def rollback(out: Path) -> None:
    """Swap the site and the release before it, for the one that holds the lock; raises :class:`UsageError`."""
    check_target(out)
    recover(out)
    places = places_of(out)
    with explain_failure(out):
        if not holds_tree(places.previous):
            raise _nothing_before(out)
        if not (places.previous / SIGN).is_file():
            message = f"the release before the one in {out} is damaged: {places.previous / SIGN} is missing"
            raise UsageError(message, fix="build the site instead")
        _move(places.previous, out)
        # A build looks at every file of the site before it keeps any, and this tree leaves that place unlooked at.
        if places.previous.exists():
            void_tree(places.previous)


def _move(*places: Path) -> None:
    """Take the tree at the first place by way of the others to the last, the output; undo all of it on any error."""
    out = places[-1]
    tree = places[0].stat()
    try:
        for one, other in pairwise(places):
            _swap(one, other, out)
        sync_path(out.parent)
    except BaseException:
        # What was done is read off the disk: an interrupt may come between a step and a note that it was done.
        with contextlib.suppress(OSError, PublishError):
            recover(out)
            for other, one in pairwise(reversed(places)):
                if other.exists() and os.path.samestat(other.stat(), tree):
                    _swap(other, one, out)
        raise


def _swap(one: Path, other: Path, out: Path) -> None:
    """Give the tree at one place the other, and the one that may be there its own; an empty folder doesn't count."""
    if not holds_tree(other):
        one.rename(other)
    elif not exchange(one, other):
        aside = places_of(out).aside
        other.rename(aside)
        one.rename(other)
        aside.rename(one)
