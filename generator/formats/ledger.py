"""The ledger: every HTML address ever published and the service it belongs to (pure, append-only).

A row is never dropped and its slug never changes hands, except that a domain which returns takes its own address
back. What became of a service that is gone (removed, moved, merged) stands in its row. Several rows may hold one slug:
a successor with the same first label keeps the address, and may leave in its turn. Of those rows, at most one is there.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from generator.formats.snapshot import RawDirectoryRecord
from generator.identity import assign_slugs, first_label

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping


class Gone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How and when a service left: ``to`` is its successor, ``record`` the last known entry of a removed one.

    ``name`` is the last one of a service that has a successor. ``perhaps`` are the domains that may follow a removed
    one, until an editor has decided.
    """

    how: Literal["removed", "moved", "merged"]
    date: str
    to: str | None = None
    record: RawDirectoryRecord | None = None
    name: str | None = None
    perhaps: tuple[str, ...] = ()


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published service: its slug, the day it entered, whether a share page was published, what became of it.

    ``curated`` marks a service that editors added and no upstream lists; it keeps its name here for the day its file
    is deleted.
    """

    slug: str
    since: str
    share: bool = False
    curated: bool = False
    name: str | None = None
    gone: Gone | None = None


class Ledger(Struct, frozen=True, kw_only=True):
    """Domain → row, and the addresses that belong to no service: lists and single pages."""

    services: Mapping[str, Row] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()

    def find_owner(self, domain: str, present: Container[str] = ()) -> str:
        """Return the domain that answers for this one today: itself, or the end of its chain of successors.

        A chain ends at the first of those ``present`` too: services that editors have added again.
        """
        for following in self._follow(domain):
            if domain in present:
                break
            domain = following
        return domain

    def list_successors(self, domain: str) -> frozenset[str]:
        """Return every domain that has followed this one, directly or by way of others."""
        return frozenset(self._follow(domain))

    def _follow(self, domain: str) -> Iterator[str]:
        """Yield the successors of a domain in order, each once."""
        seen = {domain}
        while (row := self.services.get(domain)) and row.gone and row.gone.to and row.gone.to not in seen:
            domain = row.gone.to
            seen.add(domain)
            yield domain


class Departures(Struct, frozen=True, kw_only=True):
    """What happened to the domains that left in one refresh: old → new for moves, old → staying for merges.

    ``perhaps`` holds the domains that may follow one of the others.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    perhaps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def refresh_ledger(
    ledger: Ledger,
    *,
    old: Mapping[str, RawDirectoryRecord],
    new: Iterable[str],
    departures: Departures,
    date: str,
) -> Ledger:
    """Return the ledger after a refresh of the 2FA Directory from ``old`` (domain → record) to the domains ``new``."""
    listed = set(new)
    rows = dict(ledger.services)
    for domain, row in ledger.services.items():
        if domain in listed:
            rows[domain] = replace(row, gone=None, curated=False, name=None)
        elif row.gone is None and not row.curated:
            rows[domain] = replace(row, gone=_find_reason(domain, old, departures, date))
    inherited = _inherit_slugs(rows, listed, departures)
    taken = {domain: row.slug for domain, row in rows.items()} | inherited
    displaced = _find_displaced(rows, ledger)
    for domain, returned in displaced.items():
        # Reassigned below; the slug stays taken by the domain that returned.
        del taken[domain]
        _leave_slug(rows, domain, returned)
    slugs = taken | assign_slugs(taken, listed | displaced.keys())
    for domain in sorted(listed | displaced.keys()):
        known = rows.get(domain)
        rows[domain] = replace(known, slug=slugs[domain]) if known else Row(slug=slugs[domain], since=date)
    return Ledger(services=rows, addresses=ledger.addresses)


def _leave_slug(rows: dict[str, Row], domain: str, holder: str) -> None:
    """Let another row with the slug remember the share page that was published under it."""
    share = rows[domain].share
    rows[domain] = replace(rows[domain], share=False)
    rows[holder] = replace(rows[holder], share=rows[holder].share or share)


def _find_reason(domain: str, old: Mapping[str, RawDirectoryRecord], departures: Departures, date: str) -> Gone:
    record = old.get(domain)
    name = _find_name(record)
    if domain in departures.moved:
        return Gone(how="moved", date=date, to=departures.moved[domain], name=name)
    if domain in departures.merged:
        return Gone(how="merged", date=date, to=departures.merged[domain], name=name)
    return Gone(how="removed", date=date, record=record, perhaps=departures.perhaps.get(domain, ()))


def _find_name(record: RawDirectoryRecord | None) -> str | None:
    return html.unescape(record[0]).strip() if record else None


def confirm_moves(ledger: Ledger, moves: Mapping[str, str | None], listed: Container[str]) -> Ledger:
    """Return the ledger with what editors say of domains that left: old → new, or None for no successor.

    Only services that were removed are concerned, and only successors that are listed count; where nothing changes, it
    is the same object.
    """
    rows = {}
    for old, new in moves.items():
        row = ledger.services.get(old)
        gone = row.gone if row else None
        if row is None or gone is None or gone.how != "removed" or old in listed:
            continue
        if new is not None and new in listed:
            since = ledger.services[new].since if new in ledger.services else gone.date
            how: Literal["moved", "merged"] = "moved" if since >= gone.date else "merged"
            rows[old] = replace(row, gone=Gone(how=how, date=gone.date, to=new, name=_find_name(gone.record)))
        elif new is None and gone.perhaps:
            rows[old] = replace(row, gone=replace(gone, perhaps=()))
    return Ledger(services={**ledger.services, **rows}, addresses=ledger.addresses) if rows else ledger


def _inherit_slugs(rows: Mapping[str, Row], listed: set[str], departures: Departures) -> dict[str, str]:
    """Return the slugs that moved services keep: those whose first label stayed the same.

    A slug that goes back to a domain which returns in the same refresh is not theirs to keep.
    """
    held = {row.slug for row in rows.values() if row.gone is None}
    return {
        new: rows[old].slug
        for old, new in departures.moved.items()
        if new in listed
        and new not in rows
        and old in rows
        and rows[old].slug not in held
        and first_label(old) == first_label(new)
    }


def _find_displaced(rows: Mapping[str, Row], before: Ledger) -> dict[str, str]:
    """Return the domains that give up their slug, each with the one that takes it back.

    Of several that are there now, that is the one which had it first; on the same day, one that has just returned.
    """
    there = [domain for domain, row in rows.items() if row.gone is None]
    stayed = {domain for domain in there if before.services[domain].gone is None}
    first: dict[str, str] = {}
    for domain in sorted(there, key=lambda domain: (rows[domain].since, domain in stayed, domain)):
        first.setdefault(rows[domain].slug, domain)
    return {domain: first[rows[domain].slug] for domain in there if first[rows[domain].slug] != domain}


class Published(Struct, frozen=True, kw_only=True):
    """What a build publishes now, as far as the ledger must remember it.

    ``services`` maps each domain that only editors list to ``(slug, name)``; ``shares`` are the domains with a share
    page; ``addresses`` the paths of lists and single pages.
    """

    services: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


def record_published(ledger: Ledger, published: Published, *, date: str) -> Ledger:
    """Return the ledger with everything that a build publishes now."""
    rows = dict(ledger.services)
    for domain, (slug, name) in sorted(published.services.items()):
        known = rows.get(domain)
        if known is None:
            rows[domain] = Row(slug=slug, since=date, curated=True, name=name)
        else:
            if known.gone and known.slug != slug:
                # One that had left finds its slug with another; so the build has given it a new one.
                heirs = [heir for heir, row in rows.items() if row.slug == known.slug and heir != domain]
                if heirs:
                    _leave_slug(rows, domain, heirs[0])
                    known = replace(rows[domain], slug=slug)
            rows[domain] = replace(known, curated=True, name=name, gone=None)
    for domain in published.shares:
        if domain in rows and not rows[domain].share:
            rows[domain] = replace(rows[domain], share=True)
    return Ledger(services=rows, addresses=ledger.addresses | published.addresses)
