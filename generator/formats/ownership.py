"""Tell whose an address is that several services have had (pure).

A successor with the same first label keeps the address, and may leave in its turn; or its first owner returns. So
several rows of the ledger may hold one slug.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.formats.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Container, Sequence


class Ownership(Struct, frozen=True, kw_only=True):
    """Say whose each address of the ledger is.

    ``holders`` is slug → the domain that has its address, ``present`` are the domains of services that a build shows.
    """

    ledger: Ledger
    present: Set[str]
    holders: Mapping[str, str]

    def find_page(self, domain: str) -> str | None:
        """Return the domain on whose page the service of a domain is found; None where the ledger leads nowhere.

        A removed service has no page where its own address has passed to another: then that one's page stands for it.
        """
        rows, seen = self.ledger.services, set[str]()
        while domain not in self.present:
            row = rows.get(domain)
            if row is None or domain in seen:
                return None
            seen.add(domain)
            following = row.gone.to if row.gone and row.gone.to else self.holders[row.slug]
            if following == domain:
                return domain
            domain = following
        return domain


class LostClaim(Struct, frozen=True, kw_only=True, order=True):
    """A row whose address another row decides, without its service living on there.

    ``holder`` is the domain that has the address, ``target`` the one whose page it leads to, ``successor`` the one that
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
        """Return the line of ``content/moves.yaml`` that ends the report of it."""
        return f"{self.domain}: {self.successor or 'null'}"


def find_ownership(ledger: Ledger, present: Set[str] = frozenset()) -> Ownership:
    """Return who holds which address: of several the one that is there, else the one that left last.

    ``present`` are the services that a build shows, among them those of editors which the ledger does not know yet.
    """
    claims: dict[str, list[str]] = {}
    for domain, row in ledger.services.items():
        claims.setdefault(row.slug, []).append(domain)
    holders = {
        slug: domains[0] if len(domains) == 1 else _choose_holder(ledger, sorted(domains), present)
        for slug, domains in claims.items()
    }
    return Ownership(ledger=ledger, present=present, holders=holders)


def _choose_holder(ledger: Ledger, domains: Sequence[str], present: Container[str]) -> str:
    rows = ledger.services
    there = [domain for domain in domains if rows[domain].gone is None]
    if there or (there := [domain for domain in domains if domain in present]):
        return min(there, key=lambda domain: rows[domain].since)
    # One that was followed by another of them left before that one, whatever the days say.
    last = [domain for domain in domains if ledger.list_successors(domain).isdisjoint(domains)]
    return max(last or domains, key=lambda domain: _rank_departure(ledger, domain))


def _rank_departure(ledger: Ledger, domain: str) -> tuple[str, bool, str]:
    """Return the greater, the later a service left; of one day, those that left for good come last."""
    row = ledger.services[domain]
    return (row.gone.date, row.gone.to is None, row.since) if row.gone else ("", False, row.since)


def find_lost_claims(ownership: Ownership, settled: Container[str] = ()) -> tuple[LostClaim, ...]:
    """Return the rows that another one with their slug has overruled, but for those that editors have ``settled``.

    Two that lead to one service are among them, for nobody but an editor can tell that they should.
    """
    claims = []
    ledger, present = ownership.ledger, ownership.present
    for domain, row in sorted(ledger.services.items()):
        holder = ownership.holders[row.slug]
        if holder == domain or domain in present or domain in settled:
            continue
        successor = ledger.find_owner(domain, present)
        target = ownership.find_page(holder)
        if successor != holder and target:
            followed = successor if successor != domain else None
            claims.append(LostClaim(domain=domain, slug=row.slug, holder=holder, target=target, successor=followed))
    return tuple(claims)
