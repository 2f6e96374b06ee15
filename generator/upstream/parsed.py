"""What the parser of a source hands on: its records, and what was odd about them (pure)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import Struct

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


@dataclass(slots=True)
class Oddities:
    """Collect names that we don't know, so that each is one warning however many records have it."""

    first: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, kind: str, names: Iterable[str], known: Iterable[str], domain: str) -> None:
        """Note those of ``names`` that are not known."""
        for name in set(names).difference(known):
            self.first.setdefault((kind, name), domain)
            self.counts[kind, name] += 1

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
