"""The 2FA Directory as its API v3 serves it: a list of ``[name, record]`` (pure).

A record that breaks its schema is kept as it last was, or stands as listed but damaged. One without a domain or name
can't be told from any other, so that the whole file is refused.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from generator.errors import RefusedError
from generator.identity import normalise_domain
from generator.model import METHODS
from generator.schemas import load_schema
from generator.upstream.body import parse_json, quote
from generator.upstream.parsed import Damage, Oddities, Parsed, find_excess
from generator.upstream.plausibility import Outline
from generator.validation.addresses import is_domain
from generator.validation.schema import find_fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from generator.formats.snapshot import RawDirectoryRecord

SCHEMA = "directory-record"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MAX_NAME = 200


def parse(body: bytes, *, stored: Mapping[str, RawDirectoryRecord], known_categories: Set[str] = frozenset()) -> Parsed:
    """Return the records of a file; ``stored`` are those of the last good one, domain → ``(name, record)``."""
    entries = parse_json(body)
    if not isinstance(entries, list):
        message = "the 2FA Directory's file is not the list of [name, record] that its API v3 serves"
        raise RefusedError(message, fix="use the address that ends with /v3/all.json")
    records: dict[str, RawDirectoryRecord] = {}
    damage, oddities = Damage(), Oddities()
    for position, entry in enumerate(entries, 1):
        name, fields = _identify(entry, position)
        entries[position - 1] = None  # What is kept of it is a copy, so that many need not be there twice.
        domain = fields["domain"]
        if domain in records:
            message = f"entry {position} ({quote(name)}) has the same domain as {quote(records[domain][0])}: {domain}"
            raise RefusedError(message)
        fault = find_excess(fields)
        if fault is None:
            oddities.note("key", fields, _KNOWN_KEYS, domain)
            fields.pop("damaged", None)  # Only this program says so.
            fault = find_fault(SCHEMA, fields)
        if fault is None:
            oddities.note("method", fields.get("tfa", ()), METHODS, domain)
            oddities.note("category", fields["keywords"], known_categories or fields["keywords"], domain)
            records[domain] = (name, _lower_domains(fields))
            continue
        last_good = _keep_last_good(stored.get(domain))
        damage.note(domain, fault, "its last good version stays" if last_good else "it stands as listed but damaged")
        records[domain] = last_good or _stand_in(name, fields)
    return Parsed(
        records=records,
        count=len(entries),
        damaged=tuple(damage.domains),
        warnings=(*damage.warnings(), *oddities.warnings()),
    )


_KNOWN_KEYS = frozenset(load_schema(SCHEMA)["properties"])


def outline(record: RawDirectoryRecord) -> Outline:
    """Return what plausibility looks at."""
    name, fields = record
    methods, categories = fields.get("tfa", ()), fields.get("keywords", ())
    groups = frozenset([*(("method", method) for method in methods), *(("category", name) for name in categories)])
    return Outline(name=html.unescape(name).strip(), is_supported=bool(methods), groups=groups)


def is_stand_in(record: RawDirectoryRecord) -> bool:
    """Tell whether a record only stands for one that was damaged from the start."""
    return record[1].get("damaged") is True


def _identify(entry: Any, position: int) -> tuple[str, dict[str, Any]]:
    """Return name and record with the domain that identifies it; raises :class:`RefusedError` where there is none."""
    if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], dict)):
        message = f"entry {position} is no [name, record]: {quote(entry)}"
        raise RefusedError(message)
    name, fields = entry
    if not (isinstance(name, str) and _is_name(html.unescape(name).strip())):
        message = f"entry {position} has no usable name: {quote(name)} (domain {quote(fields.get('domain'))})"
        raise RefusedError(message)
    domain = fields.get("domain")
    domain = normalise_domain(domain) if isinstance(domain, str) else None
    if domain is None or not is_domain(domain):
        message = f"entry {position} ({quote(name)}) has no usable domain: {quote(fields.get('domain'))}"
        raise RefusedError(message)
    return name, {**fields, "domain": domain}


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= _MAX_NAME and not _CONTROL.search(name)


def _lower_domains(fields: dict[str, Any]) -> dict[str, Any]:
    if additional := fields.get("additional-domains"):
        return {**fields, "additional-domains": [normalise_domain(domain) for domain in additional]}
    return fields


def _keep_last_good(stored: RawDirectoryRecord | None) -> RawDirectoryRecord | None:
    return None if stored is None or is_stand_in(stored) else stored


def _stand_in(name: str, fields: Mapping[str, Any]) -> RawDirectoryRecord:
    """Return what is left of a damaged record: that it is listed, and under which categories if these are whole."""
    probe = {"domain": fields["domain"], "keywords": fields.get("keywords"), "contact": {}}
    categories = fields["keywords"] if find_fault(SCHEMA, probe) is None else ["other"]
    return name, {"domain": fields["domain"], "keywords": categories, "damaged": True}
