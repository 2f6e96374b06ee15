"""How old what we have of each source is (pure): for ``twofa status``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from generator.upstream.state import SourceStatus


class Age(Struct, frozen=True, kw_only=True):
    """A source: when it was last fetched (ISO time, UTC; None: never), how many hours ago that is, whether too long."""

    source: str
    fetched: str | None
    changed: str | None
    records: int | None
    hours: float | None
    is_old: bool

    def as_json(self) -> dict[str, Any]:
        """Return the age as ``status --json`` prints it."""
        return {
            "fetched": self.fetched,
            "changed": self.changed,
            "records": self.records,
            "age_hours": None if self.hours is None else round(self.hours, 1),
            "old": self.is_old,
        }


def find_age(source: str, status: SourceStatus | None, *, now: str, max_hours: int) -> Age:
    """Return how old a source is at the UTC time ``now``; one that was never fetched is as old as can be."""
    if status is None:
        return Age(source=source, fetched=None, changed=None, records=None, hours=None, is_old=True)
    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(status.fetched)).total_seconds()
    hours = max(seconds / 3600, 0.0)
    return Age(
        source=source,
        fetched=status.fetched,
        changed=status.changed,
        records=status.records,
        hours=hours,
        is_old=hours > max_hours,
    )


def describe_age(age: Age) -> str:
    """Return the age as one line for people."""
    if age.hours is None:
        return f"{age.source}: never fetched"
    when = f"{age.hours:.0f} hours ago" if age.hours >= 1.5 else f"{age.hours * 60:.0f} minutes ago"
    line = f"{age.source}: fetched {when} ({age.fetched}), last changed {age.changed}, {age.records:,} records"
    return f"{line}; this is too old" if age.is_old else line
