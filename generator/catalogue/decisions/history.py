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
    "added_with": "{name} was added to the directory, with 2FA by {methods}.",
    "added_without": "{name} was added to the directory, without 2FA.",
    "removed": "{name} was removed from the directory.",
    "renamed": "{old_name} was renamed {name}.",
    "moved": "{name} moved from {old_domain} to {domain}.",
    "merged": "{name} became part of {into}.",
    "gained_2fa": "{name} now supports 2FA by {methods}.",
    "lost_2fa": "{name} is now listed without 2FA; it had {methods}.",
    "methods_gained": "{name} now also supports {methods}.",
    "methods_lost": "{name} is no longer listed with {methods}.",
}
#: Field → what readers call it, and the verb that goes with that. The others are for machines alone: url, img, contact.
_FIELDS = {
    "documentation": ("link to the official documentation", "was"),
    "recovery": ("link to the recovery page", "was"),
    "notes": ("note on 2FA", "was"),
    "regions": ("regions of the service", "were"),
    "keywords": ("categories of the service", "were"),
    "additional-domains": ("further domains of the service", "were"),
    "custom-software": ("names of its own apps", "were"),
    "custom-hardware": ("names of its own devices", "were"),
}


def write_history(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Return the events that matter to readers, newest first."""
    entries = [Entry(date=event.date, sentence=said) for event in events if event.date and (said := write_event(event))]
    return tuple(sorted(entries, key=lambda entry: entry.date, reverse=True))


def matters(event: Event) -> bool:
    """Tell whether an event is one for readers."""
    return event.details["field"] in _FIELDS if event.type == "field_changed" else event.type in _PHRASES


def write_event(event: Event) -> Text | None:
    """Return one event as a sentence for the page of its service; None for what only machines care about."""
    if not matters(event):
        return None
    if event.type == "field_changed":
        what, verb = _FIELDS[event.details["field"]]
        return say(f"The {what} {verb} {{change}}.", change=event.details.get("change", "changed"))
    return _write(event, isolate(event.name))


def write_news(event: Event, name: Text) -> Text:
    """Return one event as a sentence for other pages; ``name`` is that of the service, most often with a link."""
    if event.type == "field_changed":
        what, verb = _FIELDS[event.details["field"]]
        return say(f"{{name}}: the {what} {verb} {{change}}.", name=name, change=event.details.get("change", "changed"))
    return _write(event, name)


def _write(event: Event, name: Text) -> Text:
    details = event.details
    methods = [plain(find_method(method).text) for method in sort_methods(tuple(details.get("methods") or ()))]
    kind = event.type
    if kind == "added" and "methods" in details:
        kind = "added_with" if methods else "added_without"
    return say(
        _PHRASES[kind],
        name=name,
        domain=isolate(event.domain),
        methods=join(methods, last="or" if kind == "methods_lost" else "and"),
        **{key: isolate(str(details[key])) for key in ("old_name", "old_domain", "into") if key in details},
    )
