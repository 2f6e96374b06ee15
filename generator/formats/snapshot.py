"""A snapshot: one source's records as accepted, and the metadata beside it.

Snapshots keep upstream's own shape, one record a line in the order of the domains, so that a day's change is a short
diff. Records have passed their schema when they get here (``upstream`` for fetched ones, ``catalogue.load`` for the
sample).
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from generator.formats.ondemand import OnDemand
from generator.identity import normalise_domain
from generator.model import Contact, DirectoryRecord, PasskeyRecord, sort_methods
from generator.validation.schema import find_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A record of the 2FA Directory as upstream writes it: name, then the rest.
RawDirectoryRecord = tuple[str, dict[str, Any]]


class SnapshotMeta(Struct, frozen=True, kw_only=True):
    """Where a snapshot came from and when; ``fetched`` is an ISO time in UTC, days are ISO dates.

    ``sha256`` is that of the body as served, ``stored_sha256`` that of the file we keep: it tells whether the file is
    still what was validated. ``gap`` are the days between which the source was last not read for more than two days.
    """

    source: str
    address: str
    sha256: str
    stored_sha256: str
    fetched: str
    first: str
    changed: str
    etag: str | None = None
    last_modified: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    gap: tuple[str, str] | None = None


def parse_meta(text: bytes | str) -> SnapshotMeta:
    """Return the metadata from its JSON text; raises ``ValueError`` or ``TypeError`` where it is not that."""
    raw = json.loads(text)
    gap = tuple(raw["gap"]) if raw.get("gap") else None
    return SnapshotMeta(**{**raw, "warnings": tuple(raw.get("warnings", ())), "gap": gap})


def dump_meta(meta: SnapshotMeta) -> bytes:
    """Return the metadata as JSON."""
    return (json.dumps(asdict(meta), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


# --- 2FA Directory ----------------------------------------------------------------------------------------------------


def find_record_fault(record: Any) -> str | None:
    """Return what is wrong with a stored record of the 2FA Directory, or None.

    One that stands for a record which was damaged from the start has nothing but its domain and categories.
    """
    if not (isinstance(record, list | tuple) and len(record) == 2 and isinstance(record[0], str)):
        return "it is no [name, record]"
    fields = record[1]
    if isinstance(fields, dict) and fields.get("damaged") is True:
        fields = {**{key: value for key, value in fields.items() if key != "damaged"}, "contact": {}}
    return find_fault("directory-record", fields)


def parse_directory_record(name: str, raw: Mapping[str, Any]) -> DirectoryRecord:
    """Return one validated record of the 2FA Directory; entities in the name are decoded once."""
    contact = raw.get("contact")
    return DirectoryRecord(
        domain=normalise_domain(raw["domain"]),
        name=html.unescape(name).strip(),
        methods=sort_methods(raw.get("tfa", ())),
        custom_software=tuple(raw.get("custom-software", ())),
        custom_hardware=tuple(raw.get("custom-hardware", ())),
        documentation=raw.get("documentation"),
        recovery=raw.get("recovery"),
        note=raw.get("notes"),
        url=raw.get("url"),
        categories=tuple(raw.get("keywords", ())),
        regions=tuple(sorted(code.lower() for code in raw.get("regions", ()))),
        additional_domains=tuple(sorted({normalise_domain(domain) for domain in raw.get("additional-domains", ())})),
        contact=parse_contact(contact) if contact else None,
        image=raw.get("img"),
        damaged=bool(raw.get("damaged")),
    )


def parse_contact(raw: Mapping[str, Any]) -> Contact:
    """Return the ways to ask a service, known keys only."""
    return Contact(**{key: raw[key] for key in ("twitter", "facebook", "email", "form", "language") if raw.get(key)})


def parse_directory(raw: Iterable[RawDirectoryRecord]) -> dict[str, DirectoryRecord]:
    """Return domain → record."""
    records = (parse_directory_record(name, fields) for name, fields in raw)
    return {record.domain: record for record in records}


#: The domain in a line of a stored snapshot; the quotes of a text that looks like it would have backslashes.
_DOMAIN = re.compile(r'"domain": "([^"\\]+)"')


def parse_directory_file(data: bytes, stored_sha256: str | None) -> OnDemand[DirectoryRecord]:
    """Return domain → record of a whole snapshot; ``stored_sha256`` is what its metadata says.

    With that hash, the file was valid when it was stored, and records are parsed when they are asked for. Any other is
    parsed here and now, and raises ``ValueError``, ``TypeError``, ``KeyError`` or ``AttributeError`` where it is none.
    """
    if _is_as_stored(data, stored_sha256):
        text = data.decode()
        lines, domains = _split_lines(text), _DOMAIN.findall(text)
        if len(domains) == len(lines):  # Every line has one at least, so none has two.
            return OnDemand(dict(zip(map(normalise_domain, domains), lines, strict=True)), _parse_directory_line)
    pairs = json.loads(data)
    if not isinstance(pairs, list) or not pairs:
        message = "it is no list of records"
        raise ValueError(message)
    records = [parse_directory_record(name, fields) for name, fields in pairs]
    texts = {record.domain: json.dumps(pair) for record, pair in zip(records, pairs, strict=True)}
    return OnDemand(texts, _parse_directory_line)


def _parse_directory_line(line: str) -> DirectoryRecord:
    return parse_directory_record(*json.loads(line))


def dump_directory(pairs: Iterable[RawDirectoryRecord]) -> bytes:
    """Return the JSON that is kept: a list of ``[name, record]``, one a line, in the order of the domains."""
    ordered = sorted(pairs, key=lambda pair: (pair[1]["domain"], pair[0]))
    lines = (json.dumps([name, fields], ensure_ascii=False, sort_keys=True) for name, fields in ordered)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


# --- Passkeys Directory -----------------------------------------------------------------------------------------------

_GRANTED = frozenset({"allowed", "required"})


def parse_passkeys(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, PasskeyRecord]:
    """Return domain → record for each domain that offers passkeys or FIDO2; the others say nothing that we use."""
    return {normalise_domain(key): _parse_passkey_record(key, raw[key]) for key in _find_granted(raw)}


def parse_passkeys_file(data: bytes, stored_sha256: str | None) -> OnDemand[PasskeyRecord]:
    """Return the same of a whole snapshot, like :func:`parse_directory_file`."""
    raw = json.loads(data)
    granted = _find_granted(raw)
    lines = _split_lines(data.decode())
    if _is_as_stored(data, stored_sha256) and len(lines) == len(raw):
        by_key = dict(zip(raw, lines, strict=True))
        texts = {key: f"{{{by_key[key]}}}" for key in granted}
    else:
        parse_passkeys(raw)
        texts = {key: json.dumps({key: raw[key]}) for key in granted}
    return OnDemand({normalise_domain(key): text for key, text in texts.items()}, _parse_passkeys_line)


def _find_granted(raw: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        key for key, fields in raw.items() if fields.get("passwordless") in _GRANTED or fields.get("mfa") in _GRANTED
    ]


def _parse_passkeys_line(line: str) -> PasskeyRecord:
    ((key, fields),) = json.loads(line).items()
    return _parse_passkey_record(key, fields)


def _parse_passkey_record(key: str, fields: Mapping[str, Any]) -> PasskeyRecord:
    return PasskeyRecord(
        domain=normalise_domain(key),
        passwordless=fields.get("passwordless") in _GRANTED,
        mfa=fields.get("mfa") in _GRANTED,
        documentation=fields.get("documentation"),
        recovery=fields.get("recovery"),
        note=fields.get("notes"),
        url=fields.get("url"),
        regions=tuple(sorted(code.lower() for code in fields.get("regions", ()))),
    )


def dump_passkeys(raw: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return the JSON that is kept: an object domain → record, one a line, in the order of the domains."""
    lines = (
        f"{json.dumps(domain, ensure_ascii=False)}: {json.dumps(raw[domain], ensure_ascii=False, sort_keys=True)}"
        for domain in sorted(raw)
    )
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


# --- Both -------------------------------------------------------------------------------------------------------------


def _is_as_stored(data: bytes, stored_sha256: str | None) -> bool:
    return stored_sha256 is not None and hashlib.sha256(data).hexdigest() == stored_sha256


def _split_lines(text: str) -> list[str]:
    """Return the records of a stored snapshot, one a line, without the brackets around them all."""
    return text[2:-3].split(",\n")
