"""Read and write the file of the ledger (pure).

It is read with the grammar of what this program writes there: slugs become folders of the site and lines of
``_redirects``, so nothing is taken that :mod:`generator.identity` could not have made.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from generator.formats.damage import RESTORE, SHOWN, DamagedFileError, Fault
from generator.formats.ledger import Gone, Ledger, Row
from generator.formats.places import find_line, find_offset, find_repeated
from generator.formats.snapshot import find_record_fault
from generator.identity import is_service_slug, is_slug
from generator.validation.addresses import is_domain
from generator.validation.text_formats import is_date

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

FORMAT = 1

#: Nearly all rows have one of a few days.
_is_day = cache(is_date)

#: A fault before its line is known: the keys that lead to it, the message, how to mend it.
_Finding = tuple[tuple[str | int, ...], str, str]

#: How a character begins that JSON writes in two halves.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")

_SLUG_RULE = "small letters, digits, dashes between them, at most 100 characters, and no reserved word"
_UNWRITABLE = f"{RESTORE}, or remove the entry: this version makes no such address"


def parse_ledger(data: bytes | str, listed: Container[str] = ()) -> Ledger:
    """Return the ledger from its JSON text; raises :class:`DamagedFileError` with every fault and its line.

    A successor must have a row, or be among the domains that are ``listed``: the ledger of the sample has no others.
    """
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    raw = _decode(text)
    findings = list(_check_shape(raw))
    services: dict[str, Row] = {}
    if not findings:
        services = _build_rows(raw["services"], findings)
        findings += _check_rows(services)
        findings += _check_addresses(raw["addresses"])
    if not findings:
        findings += _check_successors(services, listed)
    if findings:
        raise DamagedFileError(_locate(text, findings))
    return Ledger(services=services, addresses=frozenset(raw["addresses"]))


class _File(Struct, frozen=True):
    services: dict[str, Row]
    addresses: frozenset[str]


def read_ledger(data: bytes) -> Ledger:
    """Return the ledger from JSON that :func:`parse_ledger` has found to be right before, in a tenth of its time."""
    file = msgspec.json.decode(data.removeprefix(BOM_UTF8), type=_File)
    return Ledger(services=file.services, addresses=file.addresses)


def check_ledger(ledger: Ledger) -> list[str]:
    """Return what is wrong with a ledger that is about to be written: nothing, unless a rule for names is wrong."""
    findings = [*_check_rows(ledger.services), *_check_addresses(sorted(ledger.addresses))]
    return [message for _, message, _ in findings]


def _decode(text: str) -> Any:
    try:
        raw = json.loads(text, object_pairs_hook=_build_object)
    except json.JSONDecodeError as error:
        message = f"it is no JSON: {error.msg}"
        raise DamagedFileError([Fault(message=message, line=error.lineno, column=error.colno)]) from error
    except _TwiceError as error:
        member = find_repeated(text)
        line, column = find_line(text, member.start) if member else (0, 0)
        message = f"{error} stands there twice"
        raise DamagedFileError([Fault(message=message, line=line, column=column)]) from error
    # Nearly no file has one, and only then it takes a look at all values.
    if half := _HALF.search(text):
        _refuse_halves(raw, *find_line(text, half.start()))
    return raw


def _refuse_halves(raw: Any, line: int, column: int) -> None:
    """Refuse half a character, which no file could take again; the first character in halves is at that place."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise DamagedFileError([Fault(message="it holds half a character", line=line, column=column)]) from error


class _TwiceError(Exception):
    """A key stands twice in one object."""


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _TwiceError(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return value


def _check_shape(raw: Any) -> Iterator[_Finding]:
    if not isinstance(raw, dict):
        yield (), "it is no object", RESTORE
        return
    if raw.get("format") != FORMAT:
        yield ("format",), f"format {raw.get('format')}, but this version reads format {FORMAT}", RESTORE
        return
    if not isinstance(raw.get("services"), dict):
        yield ("services",), "it has no services", RESTORE
        return
    addresses = raw.get("addresses")
    if not (isinstance(addresses, list) and all(isinstance(address, str) for address in addresses)):
        yield ("addresses",), "it has no list of addresses", RESTORE


def _build_rows(raw: Mapping[str, Any], findings: list[_Finding]) -> dict[str, Row]:
    """Return domain → row of those that have the right keys and types; the others are added to the findings."""
    rows = {}
    for domain, fields in raw.items():
        try:
            rows[domain] = msgspec.convert(fields, Row)
        except msgspec.ValidationError as error:
            findings.append((("services", domain), f"{domain}: {error}", RESTORE))
    return rows


def _check_rows(services: Mapping[str, Row]) -> Iterator[_Finding]:
    owners: dict[str, str] = {}
    for domain, row in services.items():
        place = ("services", domain)
        if not (is_domain(domain) and domain == domain.lower()):
            yield place, f"{domain!r} is no domain in small letters", RESTORE
        if not is_service_slug(row.slug):
            yield (*place, "slug"), f"{domain}: {row.slug!r} is no slug: {_SLUG_RULE}", RESTORE
        if not _is_day(row.since):
            yield (*place, "since"), f"{domain}: {row.since!r} is no day", RESTORE
        if row.gone is None:
            other = owners.setdefault(row.slug, domain)
            if other != domain:
                yield (*place, "slug"), f"{domain} has the slug {row.slug}, which is that of {other}", RESTORE
        else:
            yield from _check_gone(domain, row.gone)


def _check_gone(domain: str, gone: Gone) -> Iterator[_Finding]:
    place = ("services", domain, "gone")
    if not _is_day(gone.date):
        yield (*place, "date"), f"{domain}: {gone.date!r} is no day", RESTORE
    if (gone.to is None) != (gone.how == "removed"):
        yield place, f"{domain} was {gone.how}, {'to nowhere' if gone.to is None else f'to {gone.to}'}", RESTORE
    for other in gone.perhaps:
        if not is_domain(other):
            yield (*place, "perhaps"), f"{domain}: {other!r} is no domain", RESTORE
    if gone.record:
        fault = find_record_fault(gone.record)
        if fault is None and gone.record[1]["domain"] != domain:
            fault = "it is that of another domain"
        if fault:
            yield (*place, "record"), f"{domain}: its last record is damaged: {fault}", RESTORE


def _check_successors(services: Mapping[str, Row], listed: Container[str]) -> Iterator[_Finding]:
    """Check that each chain of successors ends at a service."""
    ledger = Ledger(services=services)
    for domain, row in services.items():
        if row.gone and row.gone.to:
            place = ("services", domain, "gone", "to")
            end = services.get(ledger.find_owner(domain))
            if row.gone.to not in services and row.gone.to not in listed:
                yield place, f"{domain} has become {row.gone.to}, which has no row of its own", RESTORE
            elif end and end.gone and end.gone.to in services:
                yield place, f"{domain} has become {row.gone.to}, whose successors lead back to it", RESTORE


def _check_addresses(addresses: Iterable[str]) -> Iterator[_Finding]:
    for number, address in enumerate(addresses):
        parts = address.split("/")[1:-1]
        if not (address.startswith("/") and address.endswith("/") and all(map(is_slug, parts))):
            yield ("addresses", number), f"{address!r} is no address of a page", _UNWRITABLE


def _locate(text: str, findings: Iterable[_Finding]) -> Iterator[Fault]:
    for number, (where, message, fix) in enumerate(findings):
        # To find a place takes a look through the whole text, so only those get theirs that are shown.
        line, column = find_line(text, find_offset(text, where)) if number < SHOWN else (0, 0)
        yield Fault(message=message, line=line, column=column, fix=fix)


def dump_ledger(ledger: Ledger) -> bytes:
    """Return the ledger as JSON: one service a line, in the order of the domains; what is unset is left out."""
    rows = ",\n".join(
        f"  {json.dumps(domain)}: {json.dumps(_dump_row(ledger.services[domain]), ensure_ascii=False)}"
        for domain in sorted(ledger.services)
    )
    addresses = ",\n".join(f"  {json.dumps(path)}" for path in sorted(ledger.addresses))
    return f'{{"format": {FORMAT},\n"addresses": [\n{addresses}\n],\n"services": {{\n{rows}\n}}}}\n'.encode()


def _dump_row(row: Row) -> dict[str, Any]:
    raw: dict[str, Any] = {"slug": row.slug, "since": row.since}
    for key in ("share", "curated", "name"):
        if value := getattr(row, key):
            raw[key] = value
    if row.gone:
        raw["gone"] = {key: value for key, value in asdict(row.gone).items() if value not in (None, ())}
    return raw
