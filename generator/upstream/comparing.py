"""Compare two files of the 2FA Directory, as served or as kept, for ``twofa changes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.errors import RefusedError, UnreachableError, UsageError
from generator.formats.events import event_fields
from generator.formats.snapshot import parse_directory
from generator.upstream import two_factor
from generator.upstream.body import quote
from generator.upstream.events import find_changes
from generator.upstream.origin import Origin, read_origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from pathlib import Path

    from generator.formats.snapshot import RawDirectoryRecord
    from generator.model import Event
    from generator.upstream.events import Changes
    from generator.upstream.parsed import Parsed


def compare_files(old: Path, new: Path, *, known_categories: Set[str]) -> tuple[Changes, tuple[str, ...]]:
    """Return what a refresh from one file to the other would record, and what is odd about the new one.

    Raises :class:`UsageError` where a file can't be read, :class:`RefusedError` where it is none of this source.
    """
    before = _parse(old, {}, known_categories)
    after = _parse(new, before.records, known_categories)
    changes = find_changes(parse_directory(before.records.values()), parse_directory(after.records.values()))
    return changes, after.warnings


def _parse(path: Path, stored: Mapping[str, RawDirectoryRecord], known_categories: Set[str]) -> Parsed:
    try:
        body = read_origin(Origin(path=path)).body or b""
    except UnreachableError as error:
        raise UsageError(error.message, fix=error.fix) from error
    try:
        return two_factor.parse(body, stored=stored, known_categories=known_categories)
    except RefusedError as error:
        message = f"{path}: {error.message}"
        raise RefusedError(message, fix=error.fix or "name a file of the 2FA Directory") from error


def describe_changes(changes: Changes, warnings: tuple[str, ...]) -> str:
    """Return the changes for people: the counts, a line for each event, what may have been moves."""
    counts = ", ".join(f"{number:,} {name}" for name, number in changes.counts.items())
    lines = [counts or "Nothing has changed."]
    lines += [describe_event(event) for event in changes.events]
    lines += [suggestion.as_text() for suggestion in changes.suggestions]
    lines += [f"warning: {warning}" for warning in warnings]
    return "\n".join(lines)


def describe_event(event: Event) -> str:
    """Return one event as a line: its type, the service, and what its type adds."""
    fields = event_fields(event)
    details = " · ".join(
        f"{key}: {_show(value)}" for key, value in fields.items() if key not in {"type", "domain", "name", "date"}
    )
    return f"{event.type} {event.domain} ({quote(event.name)})" + (f": {details}" if details else "")


def _show(value: Any) -> str:
    if value is None:
        return "none"
    return ", ".join(map(quote, value)) if isinstance(value, list) else quote(value)
