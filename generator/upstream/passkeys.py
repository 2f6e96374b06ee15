"""The Passkeys Directory as its API v1 serves it: an object domain → record (pure).

A record that breaks its schema is kept as it last was, or left out: what stands here is only added to the services of
the other directory.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from generator.errors import RefusedError
from generator.identity import normalise_domain
from generator.schemas import load_schema
from generator.upstream.body import parse_json, quote
from generator.upstream.parsed import Damage, Oddities, Parsed, find_excess, has_same_contents
from generator.upstream.plausibility import Outline
from generator.validation.addresses import is_domain
from generator.validation.schema import find_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "passkeys-record"

#: What a record may say that a service has, in the words of its source.
METHODS = ("passwordless", "mfa")


def parse(body: bytes, *, stored: Mapping[str, Mapping[str, Any]]) -> Parsed:
    """Return the records of a file; ``stored`` are those of the last good one, domain → record."""
    entries = parse_json(body)
    if not isinstance(entries, dict):
        message = "the Passkeys Directory's file is not the object domain → record that its API v1 serves"
        raise RefusedError(message, fix="use the address that ends with /v1/all.json")
    records: dict[str, Mapping[str, Any]] = {}
    seen: set[str] = set()
    damage, oddities = Damage(), Oddities()
    for position, (key, fields) in enumerate(entries.items(), 1):
        domain = normalise_domain(key)
        if not is_domain(domain):
            message = f"entry {position} has no usable domain: {quote(key)}"
            raise RefusedError(message)
        if domain in seen:
            message = f"entry {position} is there twice: {domain}"
            raise RefusedError(message)
        seen.add(domain)
        fault = find_excess(fields) or find_fault(SCHEMA, fields)
        if fault is None:
            oddities.note("key", fields, _KNOWN_KEYS, domain)
            records[domain] = fields
            continue
        damage.note(domain, fault, "its last good version stays" if domain in stored else "it is left out")
        if domain in stored:
            records[domain] = stored[domain]
    return Parsed(
        records=records,
        count=len(entries),
        damaged=tuple(damage.domains),
        warnings=(*damage.warnings(), *oddities.warnings()),
    )


_KNOWN_KEYS = frozenset(load_schema(SCHEMA)["properties"])


def outline(record: Mapping[str, Any]) -> Outline:
    """Return what plausibility looks at: its mark ``mfa`` mirrors the other directory, so passkeys are what counts."""
    return _outline("passwordless" in record, "mfa" in record)


@cache
def _outline(passwordless: bool, mfa: bool) -> Outline:
    methods = [name for name, has in zip(METHODS, (passwordless, mfa), strict=True) if has]
    return Outline(name=None, is_supported=passwordless, groups=frozenset(("method", name) for name in methods))


def find_stored_fault(record: Any) -> str | None:
    """Return what is wrong with a record that we kept, or None."""
    return find_fault(SCHEMA, record)


def count_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records were added, removed and changed, those that occur; both are domain → record."""
    counts = {
        "added": len(new.keys() - old.keys()),
        "removed": len(old.keys() - new.keys()),
        "changed": sum(not has_same_contents(old[domain], new[domain]) for domain in old.keys() & new.keys()),
    }
    return {name: number for name, number in counts.items() if number}
