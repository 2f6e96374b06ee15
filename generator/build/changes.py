"""List what a build changed, kept with the manifest of the release (pure).

What a remote lacks, which may be several releases behind or ahead, only the remote can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Changes(Struct, frozen=True, kw_only=True):
    """The names of the files that a release has and the one before it had not, that differ, and that it has no more.

    ``since`` is the tree of the release before, None where nothing was known of it: then what could not be kept is new.
    """

    since: str | None
    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def build_changes(
    since: str | None, before: Collection[str], written: Iterable[str], removed: Iterable[str]
) -> Changes:
    """Return the changes from the names of the files before, those that were written, and those that went."""
    ordered = sorted(written)
    return Changes(
        since=since,
        new=tuple(name for name in ordered if name not in before),
        changed=tuple(name for name in ordered if name in before),
        removed=tuple(sorted(removed)),
    )


def dump_changes(changes: Changes) -> bytes:
    """Return changes as JSON."""
    return msgspec.json.encode(changes) + b"\n"


def parse_changes(data: bytes) -> Changes | None:
    """Return changes, or None where there are none, or none that can be read."""
    try:
        return msgspec.json.decode(data, type=Changes)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
