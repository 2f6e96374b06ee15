"""What each layer says of a service, by fact: the names are those of the merge's table (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.model import Recovery, Sharing, Teams

if TYPE_CHECKING:
    from generator.model import Curated, DirectoryRecord


def state_directory(record: DirectoryRecord | None) -> dict[str, Any]:
    """Return what a record says, by fact."""
    if record is None:
        return {}
    return {
        "name": record.name,
        "categories": record.categories,
        "regions": record.regions,
        "url": record.url,
        "documentation": record.documentation,
        "recovery_link": record.recovery,
        "note": record.note,
        "custom_software": record.custom_software,
        "custom_hardware": record.custom_hardware,
        "contact": record.contact,
        "additional_domains": record.additional_domains,
    }


def state_curated(guide: Curated | None) -> dict[str, Any]:
    """Return what a guide says, by fact."""
    if guide is None:
        return {}
    return {
        "name": guide.name,
        "categories": guide.categories,
        "regions": guide.regions,
        "url": guide.url,
        "documentation": guide.documentation,
        "recovery_link": guide.recovery.link if guide.recovery else None,
        "additional_domains": guide.additional_domains,
        "verified": guide.verified,
        "setup": guide.setup,
        "recovery": guide.recovery if guide.recovery != Recovery() else None,
        "sharing": guide.sharing if guide.sharing != Sharing() else None,
        "teams": guide.teams if guide.teams != Teams() else None,
        "faq": guide.faq,
        "aliases": guide.aliases,
        "account": guide.account,
        "disputed": guide.disputed,
    }
