"""A made-up Passkeys Directory in the shape of its API v1: an object domain → record (pure).

As the real one does, it repeats the security keys of the 2FA Directory as ``mfa``, copies a record to each additional
domain, and mixes in the services without either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.benching.words import write_address, write_note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from scripts.benching.directory import Entry


def build_passkeys(random: Random, entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Return the records that go with those of the 2FA Directory, and a few on services that are not in it."""
    records: dict[str, dict[str, Any]] = {}
    for _, fields in entries:
        record = _build_record(random, fields)
        if record is not None:
            for domain in (fields["domain"], *fields.get("additional-domains", ())):
                records[domain] = record
    for position in range(len(entries) // 140):
        domain = f"passkey-only-{position}.example"
        records[domain] = {"passwordless": "allowed", "documentation": write_address(random, domain, "passkeys")}
    return dict(sorted(records.items()))


def _build_record(random: Random, fields: dict[str, Any]) -> dict[str, Any] | None:
    record: dict[str, Any] = {}
    if "u2f" in fields.get("tfa", ()):
        record["mfa"] = "allowed"
    if random.random() < (0.055 if "tfa" in fields else 0.02):
        record["passwordless"] = "allowed"
    if not record:
        return {"contact": fields["contact"]} if "contact" in fields else None
    if random.random() < 0.85:
        record["documentation"] = write_address(random, fields["domain"], "passkeys")
    if random.random() < 0.1:
        record["notes"] = write_note(random)
    if "regions" in fields:
        record["regions"] = fields["regions"]
    return record
