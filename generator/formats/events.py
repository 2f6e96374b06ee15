"""The history: one event a line, oldest first (pure)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from generator.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def event_fields(event: Event) -> dict[str, Any]:
    """Return an event as one flat object: type, domain, name, what its type adds, and the date if it has one."""
    fields = {"type": event.type, "domain": event.domain, "name": event.name, **event.details}
    return fields if event.date is None else {**fields, "date": event.date}


#: Type → the details that its sentence can't do without.
_NEEDED = {
    "renamed": ("old_name",),
    "moved": ("old_domain",),
    "merged": ("into",),
    "field_changed": ("field",),
}


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Return an event from its flat object; raises ``KeyError`` where it lacks what its type needs."""
    details = dict(raw)
    take = details.pop
    for key in _NEEDED.get(details["type"], ()):
        details[key]  # raises KeyError here, where the file is known, and not on some page
    return Event(type=take("type"), domain=take("domain"), name=take("name"), date=take("date", None), details=details)


def parse_events(text: bytes | str) -> tuple[Event, ...]:
    """Return the events of a history file, one JSON object a line."""
    decoded = text.decode() if isinstance(text, bytes) else text
    lines = [line for line in decoded.split("\n") if line.strip()]
    return tuple(map(parse_event, _parse_lines(lines)))


def _parse_lines(lines: list[str]) -> list[dict[str, Any]]:
    """Return the value of each line: as one array, which is twice as fast, or one by one where that is none."""
    with suppress(ValueError):
        values: list[dict[str, Any]] = json.loads(f"[{','.join(lines)}]")
        if len(values) == len(lines):
            return values
    return [json.loads(line) for line in lines]


def find_years(text: bytes) -> frozenset[str]:
    """Return the years in which events of a history file fall."""
    return frozenset(year.decode() for year in _YEAR.findall(text))


_YEAR = re.compile(rb'"date": "(\d{4})-\d\d-\d\d"\}$', re.MULTILINE)


def dump_events(events: Iterable[Event]) -> bytes:
    """Return the events as the lines of a history file."""
    return "".join(json.dumps(event_fields(event), ensure_ascii=False) + "\n" for event in events).encode()
