"""The history: one event a line, oldest first (pure)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def event_fields(event: Event) -> dict[str, Any]:
    """Return an event as one flat object: type, domain, name, what its type adds, and the date if it has one."""
    fields = {"type": event.type, "domain": event.domain, "name": event.name, **event.details}
    return fields if event.date is None else {**fields, "date": event.date}


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Return an event from its flat object."""
    common = {"type", "domain", "name", "date"}
    return Event(
        type=raw["type"],
        domain=raw["domain"],
        name=raw["name"],
        date=raw.get("date"),
        details={key: value for key, value in raw.items() if key not in common},
    )


def parse_events(text: bytes | str) -> tuple[Event, ...]:
    """Return the events of a history file, one JSON object a line."""
    lines = text.decode() if isinstance(text, bytes) else text
    return tuple(parse_event(json.loads(line)) for line in lines.split("\n") if line.strip())


def dump_events(events: Iterable[Event]) -> bytes:
    """Return the events as the lines of a history file."""
    return "".join(json.dumps(event_fields(event), ensure_ascii=False) + "\n" for event in events).encode()
