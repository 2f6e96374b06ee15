"""What the parser of a source hands on: its records, and what was odd about them (pure)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.errors import RefusedError
from generator.upstream.body import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Parsed(Struct, frozen=True, kw_only=True):
    """The records of one file: domain → record in the shape that is kept.

    ``count`` is how many entries the file has, ``damaged`` the domains of those that broke their schema.
    """

    records: Mapping[str, Any]
    count: int
    damaged: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


#: What a record may hold, keys counted: a multiple of what any has. One that holds more takes long to judge.
MAX_VALUES = 1_000
MAX_CHARACTERS = 64 * 1024


def find_excess(record: Any) -> str | None:
    """Return why a record is too large to be one, or None."""
    values = characters = 0
    rest = [record]
    while rest:
        item = rest.pop()
        values += 1
        if isinstance(item, str):
            characters += len(item)
        elif isinstance(item, dict | list):
            values += len(item)
            if values <= MAX_VALUES:
                rest += item
                rest += item.values() if isinstance(item, dict) else ()
        if values > MAX_VALUES:
            return f"it holds more than {MAX_VALUES:,} values"
        if characters > MAX_CHARACTERS:
            return f"it holds more than {MAX_CHARACTERS:,} characters"
    return None


#: How many damaged records are described; a file with more of them is not taken over.
MAX_DESCRIBED = 1_000


@dataclass(slots=True)
class Damage:
    """Collect the records that break their schema, with what is wrong and what stands in their place."""

    domains: list[str] = field(default_factory=list)
    described: list[str] = field(default_factory=list)

    def note(self, domain: str, fault: str, outcome: str) -> None:
        """Note one."""
        self.domains.append(domain)
        if len(self.described) < MAX_DESCRIBED:
            self.described.append(f"{domain} is damaged ({quote(fault)}); {outcome}")

    def warnings(self) -> list[str]:
        """Return one sentence for each, and one for those that are too many."""
        more = len(self.domains) - len(self.described)
        return [*self.described, f"{more:,} records more are damaged"] if more else self.described


#: How many names may be unknown: each is a warning, and may be a page.
MAX_UNKNOWN = 1_000


@dataclass(slots=True)
class Oddities:
    """Collect names that we don't know, so that each is one warning however many records have it."""

    first: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, kind: str, names: Iterable[str], known: Iterable[str], domain: str) -> None:
        """Note those of ``names`` that are not known; raises :class:`RefusedError` where they are beyond all reason."""
        for name in set(names).difference(known):
            self.first.setdefault((kind, name), domain)
            self.counts[kind, name] += 1
        if len(self.first) > MAX_UNKNOWN:
            message = f"the file has more than {MAX_UNKNOWN:,} keys, methods and categories that are unknown"
            raise RefusedError(message)

    def warnings(self) -> list[str]:
        """Return one sentence for each unknown name, by kind and name."""
        return [
            f"unknown {kind} {quote(name)}: in {number} {'record' if number == 1 else 'records'}, "
            f"first {self.first[kind, name]}"
            for (kind, name), number in sorted(self.counts.items())
        ]


def has_same_contents(old: Any, new: Any) -> bool:
    """Tell whether two values say the same; the order of a list is never a change."""
    return bool(old == new or _sort_lists(old) == _sort_lists(new))


def _sort_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sort_lists(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_sort_lists(inner) for inner in value)
    if isinstance(value, list):
        return sorted((_sort_lists(inner) for inner in value), key=json.dumps)
    return value
