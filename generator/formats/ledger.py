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
    from collections.abc import Container, Iterable, Mapping, Sequence


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

    def find_holders(self, present: Container[str] = ()) -> dict[str, str]:
        """Return slug → the domain whose service has that address.

        That is the one which is there; else, of those ``present`` that a build shows before the ledger knows it, the
        one that had it first; else the one that left last.
        """
        claims: dict[str, list[str]] = {}
        for domain, row in self.services.items():
            claims.setdefault(row.slug, []).append(domain)
        return {
            slug: domains[0] if len(domains) == 1 else self._choose_holder(sorted(domains), present)
            for slug, domains in claims.items()
        }

    def _choose_holder(self, domains: Sequence[str], present: Container[str]) -> str:
        rows = self.services
        there = [domain for domain in domains if rows[domain].gone is None]
        if there or (there := [domain for domain in domains if domain in present]):
            return min(there, key=lambda domain: rows[domain].since)
        return max(domains, key=lambda domain: (_find_end(rows[domain]), rows[domain].since))

    def find_owner(self, domain: str) -> str:
        """Return the domain that answers for this one today: itself, or the end of its chain of successors."""
        seen = {domain}
        while (row := self.services.get(domain)) and row.gone and row.gone.to and row.gone.to not in seen:
            domain = row.gone.to
            seen.add(domain)
        return domain


def _find_end(row: Row) -> str:
    return row.gone.date if row.gone else ""


class LostClaim(Struct, frozen=True, kw_only=True, order=True):
    """A row whose address leads elsewhere than its service went, or is decided by another row.

    ``holder`` is the domain that has the address, ``target`` the one where that is today, ``successor`` the one that
    has followed ``domain``; None where none has.
    """

    domain: str
    slug: str
    holder: str
    target: str
    successor: str | None

    def as_text(self) -> str:
        """Return the finding for people."""
        return f"{self.domain} and {self.holder} have both had the slug {self.slug}; its address leads to {self.target}"

    @property
    def line(self) -> str:
        """Return the line of ``content/moves.yaml`` that settles it."""
        return f"{self.domain}: {self.successor or 'null'}"


def find_lost_claims(
    ledger: Ledger, holders: Mapping[str, str], present: Container[str] = (), settled: Container[str] = ()
) -> tuple[LostClaim, ...]:
    """Return the rows that another one with their slug has overruled, but for those that editors have ``settled``.

    Nothing is lost where a service lives on at the address that it had. ``holders`` and ``present`` are those of
    :meth:`Ledger.find_holders`.
    """
    claims = []
    for domain, row in sorted(ledger.services.items()):
        holder = holders[row.slug]
        if holder == domain or domain in present or domain in settled:
            continue
        successor = ledger.find_owner(domain)
        if successor != holder:
            claims.append(
                LostClaim(
                    domain=domain,
                    slug=row.slug,
                    holder=holder,
                    target=ledger.find_owner(holder),
                    successor=successor if successor != domain else None,
                )
            )
    return tuple(claims)


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
    """Let the row that holds a slug from now on remember the share page that was published under it."""
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
                # One that had left finds its slug with its successor; so the build has given it another.
                heirs = [heir for heir, row in rows.items() if row.slug == known.slug and heir != domain]
                _leave_slug(rows, domain, heirs[0])
                known = replace(rows[domain], slug=slug)
            rows[domain] = replace(known, curated=True, name=name, gone=None)
    for domain in published.shares:
        if domain in rows and not rows[domain].share:
            rows[domain] = replace(rows[domain], share=True)
    return Ledger(services=rows, addresses=ledger.addresses | published.addresses)
