"""What the nightly job keeps from one night to the next, as one value (pure; ``store`` loads and saves it)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from generator import __version__
from generator.formats.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.formats.snapshot import SnapshotMeta


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of a content as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


class Snapshot(Struct, frozen=True, kw_only=True):
    """The last good copy of a source: domain → record, the file's hash, and its metadata (None where that is lost)."""

    records: Mapping[str, Any]
    sha256: str
    content: bytes
    meta: SnapshotMeta | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether the file is byte for byte what was judged when it was fetched."""
        return self.meta is not None and self.meta.stored_sha256 == self.sha256


class SourceStatus(Struct, frozen=True, kw_only=True):
    """The last successful fetch of a source.

    ``fetched`` is an ISO time in UTC, ``changed`` the day on which the contents last changed. ``address``, ``etag``,
    ``last_modified`` and ``sha256`` belong to the body as served; ``stored_sha256`` is that of the snapshot which it
    confirmed, and ``version`` that of the program which judged it. ``day`` is the UTC day of the fetch as an ISO date.
    """

    fetched: str
    changed: str
    address: str
    sha256: str
    stored_sha256: str
    version: str
    records: int
    etag: str | None = None
    last_modified: str | None = None
    warnings: tuple[str, ...] = ()
    day: str | None = None


class Previous(Struct, frozen=True, kw_only=True):
    """A source as it was before its last refresh; None is what was not there.

    ``fetched`` is the time of the run that replaced it, ``events`` where the lines that it added begin and end in the
    history, in bytes. ``ledger`` is kept with the 2FA Directory alone.
    """

    fetched: str
    events: tuple[int, int]
    snapshot: Snapshot | None = None
    status: SourceStatus | None = None
    ledger: Ledger | None = None


class State(Struct, frozen=True, kw_only=True):
    """Everything that is kept; ``events`` is the history as it stands in its file.

    ``previous`` holds what a rollback would bring back, of the sources for which it was loaded or has changed.
    """

    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    status: Mapping[str, SourceStatus] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    events: bytes = b""
    previous: Mapping[str, Previous] = field(default_factory=dict)

    def find_day(self, source: str) -> str | None:
        """Return the ISO date of the last good fetch of a source, or None where it was never fetched."""
        status, snapshot = self.status.get(source), self.snapshots.get(source)
        if snapshot is None:
            return None
        return (status.day or status.changed) if status else (snapshot.meta.changed if snapshot.meta else None)

    def find_confirmed(self, source: str) -> SourceStatus | None:
        """Return the last fetch of a source, if the snapshot is still the one that this same program confirmed."""
        status, snapshot = self.status.get(source), self.snapshots.get(source)
        if status is None or snapshot is None or not snapshot.is_trusted:
            return None
        is_same = (status.stored_sha256, status.version) == (snapshot.sha256, __version__)
        return status if is_same else None
