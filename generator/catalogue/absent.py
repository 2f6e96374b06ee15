"""What is half there: services that upstream removed, and records of services that nobody has named (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formats.snapshot import parse_directory_record
from generator.model import CURATED, DIRECTORY, SAMPLE, Removal, Service, SupportedMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.catalogue.inputs import Baseline
    from generator.formats.ownership import Ownership
    from generator.model import PasskeyRecord


def find_removed(ownership: Ownership, baseline: Baseline) -> list[Service]:
    """Return the services that left for good, with their last known facts.

    One whose address has passed to another has no page any more.
    """
    present, holders = ownership.present, ownership.holders
    source = SAMPLE if baseline.sample else DIRECTORY
    removed = []
    for domain, row in sorted(ownership.ledger.services.items()):
        if domain in present or holders[row.slug] != domain or (row.gone and row.gone.how != "removed"):
            continue
        record = parse_directory_record(*row.gone.record) if row.gone and row.gone.record else None
        removed.append(
            Service(
                domain=domain,
                slug=row.slug,
                name=record.name if record else row.name or domain,
                methods=tuple(SupportedMethod(id=method, layer=source) for method in record.methods) if record else (),
                custom_software=record.custom_software if record else (),
                custom_hardware=record.custom_hardware if record else (),
                categories=record.categories if record else (),
                regions=record.regions if record else (),
                removal=Removal(date=row.gone.date if row.gone else None),
                source=CURATED if row.curated else source,
            )
        )
    return removed


def find_unnamed(records: Mapping[str, PasskeyRecord], services: Iterable[Service]) -> Iterator[PasskeyRecord]:
    """Return the records of the Passkeys Directory that belong to none of the services: it has no names."""
    known = {name for service in services for name in (service.domain, *service.additional_domains)}
    return (records[domain] for domain in records if domain not in known)
