"""What changed between two snapshots of the 2FA Directory, as the events of the product's section 9 (pure)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from generator.formats.events import event_fields
from generator.formats.ledger import Departures, Ledger
from generator.formats.snapshot import parse_directory_record
from generator.model import DirectoryRecord, Event, sort_methods
from generator.upstream.moves import find_departures, find_suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.formats.snapshot import RawDirectoryRecord
    from generator.upstream.moves import Suggestion

#: The types in the order in which reports list them.
TYPES = (
    "added",
    "removed",
    "renamed",
    "moved",
    "merged",
    "gained_2fa",
    "lost_2fa",
    "methods_gained",
    "methods_lost",
    "field_changed",
)


class Changes(Struct, frozen=True, kw_only=True):
    """The events of one refresh, what became of those that left, and what may have been a move."""

    events: tuple[Event, ...] = ()
    departures: Departures = field(default_factory=Departures)
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return type → number of events, for the types that occur."""
        return count_types(self.events)

    def find_successors(self) -> dict[str, tuple[str, ...]]:
        """Return domain that left → the domains that may follow it."""
        found: dict[str, tuple[str, ...]] = {}
        for suggestion in self.suggestions:
            found[suggestion.old_domain] = (*found.get(suggestion.old_domain, ()), suggestion.domain)
        return found

    def as_json(self) -> dict[str, Any]:
        """Return what ``twofa changes --json`` prints."""
        return {
            "counts": self.counts,
            "events": [event_fields(event) for event in self.events],
            "suggestions": [suggestion.as_json() for suggestion in self.suggestions],
        }


def count_types(events: Iterable[Event]) -> dict[str, int]:
    """Return type → number of events in the order of :data:`TYPES`, for the types that occur."""
    counts = Counter(event.type for event in events)
    return {name: counts[name] for name in TYPES if counts[name]}


def find_changes(old: Mapping[str, DirectoryRecord], new: Mapping[str, DirectoryRecord]) -> Changes:
    """Return what happened between two snapshots, both domain → record; events sorted by domain, then type."""
    departures = find_departures(old, new)
    events = [*_find_arrivals(old, new, departures), *_find_departed(old, new, departures)]
    for domain, record in new.items():
        before = old.get(domain)
        if before is not None:
            events.extend(_compare(before, record))
    for old_domain, domain in departures.moved.items():
        events.extend(_compare(old[old_domain], new[domain]))
    events.sort(key=lambda event: (event.domain, TYPES.index(event.type), event.details.get("field", "")))
    return Changes(events=tuple(events), departures=departures, suggestions=find_suggestions(old, new, departures))


def find_confirmed(before: Ledger, after: Ledger, records: Mapping[str, RawDirectoryRecord]) -> Iterator[Event]:
    """Return an event for each move and merge that is in the ledger ``after`` alone, for an editor has confirmed it."""
    for old, row in after.services.items():
        if row is before.services.get(old) or row.gone is None or row.gone.to is None:
            continue
        record = parse_directory_record(*records[row.gone.to])
        name = row.gone.name or old
        if row.gone.how == "moved":
            yield _event("moved", record, old_domain=old, old_name=name)
        else:
            yield Event(type="merged", domain=old, name=name, details={"into": record.domain})


def _event(event_type: str, record: DirectoryRecord, **details: Any) -> Event:
    return Event(type=event_type, domain=record.domain, name=record.name, details=details)


def _methods(record: DirectoryRecord) -> list[str] | None:
    """Return the methods as ``added`` and ``removed`` give them: null for a service without 2FA."""
    return list(record.methods) or None


def _find_arrivals(
    old: Mapping[str, DirectoryRecord], new: Mapping[str, DirectoryRecord], departures: Departures
) -> Iterator[Event]:
    predecessors = {after: before for before, after in departures.moved.items()}
    for domain in new.keys() - old.keys():
        record = new[domain]
        if domain in predecessors:
            before = old[predecessors[domain]]
            yield _event("moved", record, old_domain=before.domain, old_name=before.name)
        else:
            yield _event("added", record, methods=_methods(record))


def _find_departed(
    old: Mapping[str, DirectoryRecord], new: Mapping[str, DirectoryRecord], departures: Departures
) -> Iterator[Event]:
    for domain in old.keys() - new.keys() - departures.moved.keys():
        record = old[domain]
        if domain in departures.merged:
            yield _event("merged", record, into=departures.merged[domain])
        else:
            yield _event("removed", record, methods=_methods(record))


def _compare(before: DirectoryRecord, after: DirectoryRecord) -> Iterator[Event]:
    """Yield what changed in one service; ``before`` has another domain where it moved."""
    if before.name != after.name:
        yield _event("renamed", after, old_name=before.name)
    if before.damaged or after.damaged:
        # Of a damaged record we only know that it is listed: anything more would be made up.
        return
    yield from _compare_methods(before, after)
    old_fields, new_fields = _fields(before), _fields(after)
    for name in sorted(old_fields):
        old_value, new_value = old_fields[name], new_fields[name]
        if _comparable(old_value) != _comparable(new_value):
            change = "added" if old_value is None else "removed" if new_value is None else "changed"
            yield _event("field_changed", after, field=name, change=change, old=old_value, new=new_value)


def _compare_methods(before: DirectoryRecord, after: DirectoryRecord) -> Iterator[Event]:
    had, has = set(before.methods), set(after.methods)
    if has and not had:
        yield _event("gained_2fa", after, methods=list(after.methods))
    elif had and not has:
        yield _event("lost_2fa", after, methods=list(before.methods))
    else:
        if has - had:
            yield _event("methods_gained", after, methods=list(sort_methods(has - had)))
        if had - has:
            yield _event("methods_lost", after, methods=list(sort_methods(had - has)))


def _fields(record: DirectoryRecord) -> dict[str, Any]:
    """Return the other facts under upstream's keys; what is not there is None."""
    contact = {key: value for key, value in asdict(record.contact).items() if value} if record.contact else {}
    return {
        "documentation": record.documentation,
        "recovery": record.recovery,
        "notes": record.note,
        "url": record.url,
        "img": record.image,
        "regions": list(record.regions) or None,
        "keywords": list(record.categories) or None,
        "additional-domains": list(record.additional_domains) or None,
        "contact": contact or None,
        "custom-software": list(record.custom_software) or None,
        "custom-hardware": list(record.custom_hardware) or None,
    }


def _comparable(value: Any) -> Any:
    """Return a value as changes compare it: the order of a list is never a change."""
    return frozenset(value) if isinstance(value, list) else value
