"""What changed for a service, in plain words (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text, isolate, join, plain, say
from generator.model import Event, find_method, sort_methods

if TYPE_CHECKING:
    from collections.abc import Iterable


class Entry(Struct, frozen=True, kw_only=True):
    """A line of the history: an ISO date and what happened."""

    date: str
    sentence: Text


_PHRASES = {
    "added": "{name} was added to the directory.",
    "added_methods": "{name} was added to the directory, with 2FA by {methods}.",
    "removed": "{name} was removed from the directory.",
    "renamed": "{old_name} was renamed {name}.",
    "moved": "{name} moved here from {old_domain}.",
    "merged": "{name} became part of {into}.",
    "gained_2fa": "{name} now supports 2FA by {methods}.",
    "lost_2fa": "{name} is now listed without 2FA; it had {methods}.",
    "methods_gained": "{name} now also supports {methods}.",
    "methods_lost": "{name} is no longer listed with {methods}.",
}
_FIELDS = {
    "documentation": "The link to the official documentation was {change}.",
    "recovery": "The link to the recovery page was {change}.",
    "notes": "The note on 2FA was {change}.",
    "regions": "The regions of the service were {change}.",
    "keywords": "The categories of the service were {change}.",
    "additional-domains": "The further domains of the service were {change}.",
    "custom-software": "The names of its own apps were {change}.",
    "custom-hardware": "The names of its own devices were {change}.",
}


def write_history(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Return the events that matter to readers, newest first."""
    entries = [Entry(date=event.date, sentence=said) for event in events if event.date and (said := write_event(event))]
    return tuple(sorted(entries, key=lambda entry: entry.date, reverse=True))


def write_event(event: Event) -> Text | None:
    """Return one event as a sentence; None for what only machines care about (url, img, contact)."""
    details = event.details
    if event.type == "field_changed":
        phrase = _FIELDS.get(details["field"])
        return say(phrase, change=details["change"]) if phrase else None
    methods = details.get("methods") or ()
    kind = "added_methods" if event.type == "added" and methods else event.type
    if kind not in _PHRASES:
        return None
    return say(
        _PHRASES[kind],
        name=isolate(event.name),
        methods=join([plain(find_method(method).text) for method in sort_methods(tuple(methods))]),
        **{key: isolate(str(details[key])) for key in ("old_name", "old_domain", "into") if key in details},
    )
