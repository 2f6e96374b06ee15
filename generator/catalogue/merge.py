"""Merge upstream, passkeys and curated files into services; which layer wins stands in one table (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator.catalogue.absent import find_removed, find_unnamed
from generator.catalogue.links import find_own_dead
from generator.catalogue.statements import state_curated, state_directory
from generator.formats.ledger import Ledger
from generator.formats.ownership import LostClaim, Ownership, find_lost_claims, find_ownership
from generator.identity import assign_slugs, sort_key
from generator.model import (
    CURATED,
    DIRECTORY,
    PASSKEYS,
    SAMPLE,
    Curated,
    DirectoryRecord,
    Event,
    PasskeyRecord,
    Service,
    SideNote,
    SupportedMethod,
    sort_methods,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from generator.catalogue.inputs import Baseline

#: For each fact the layers that may state it, the winner first. Methods are merged by :func:`merge_methods`.
PRECEDENCE: Mapping[str, tuple[str, ...]] = {
    "name": (DIRECTORY, CURATED),
    "categories": (DIRECTORY, CURATED),
    "regions": (DIRECTORY, CURATED),
    "url": (DIRECTORY, CURATED),
    "documentation": (DIRECTORY, CURATED),
    "recovery_link": (CURATED, DIRECTORY),
    "note": (DIRECTORY,),
    "custom_software": (DIRECTORY,),
    "custom_hardware": (DIRECTORY,),
    "contact": (DIRECTORY,),
    "additional_domains": (DIRECTORY, CURATED),
    "verified": (CURATED,),
    "setup": (CURATED,),
    "recovery": (CURATED,),
    "sharing": (CURATED,),
    "teams": (CURATED,),
    "faq": (CURATED,),
    "aliases": (CURATED,),
    "account": (CURATED,),
    "disputed": (CURATED,),
}

#: What is left of the table for a service without a guide.
_UPSTREAM = tuple((fact, (DIRECTORY,)) for fact, order in PRECEDENCE.items() if DIRECTORY in order)


class Catalogue(Struct, frozen=True, kw_only=True):
    """The merged whole: the services in A to Z order, those that were removed, and the baseline that they come from.

    ``history`` is domain → events, oldest first. ``unnamed`` are the records of the Passkeys Directory that belong to
    none of the services. ``ownership`` says whose each address of the ledger is, ``claims`` are the rows that this
    overrules.
    """

    services: tuple[Service, ...]
    baseline: Baseline
    removed: tuple[Service, ...] = ()
    ownership: Ownership = field(default_factory=lambda: find_ownership(Ledger()))
    claims: tuple[LostClaim, ...] = ()
    history: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    unnamed: tuple[PasskeyRecord, ...] = ()

    def by_domain(self) -> dict[str, Service]:
        """Return domain → service of everything that has a page."""
        return {service.domain: service for service in (*self.removed, *self.services)}


def find_stale_day(today: str, days: int) -> str:
    """Return the ISO date before which a verification is stale on the ISO date ``today``, if it holds for ``days``."""
    return (date.fromisoformat(today) - timedelta(days=days)).isoformat()


def merge(
    baseline: Baseline, curated: Iterable[Curated], *, stale_before: str = "", only: Collection[str] | None = None
) -> Catalogue:
    """Return the catalogue; a curated file for a domain that upstream lacks adds a service only if it has a name.

    ``stale_before`` is the ISO date before which a verification is stale; without it, none is. Of the services that are
    listed, only those of the domains ``only`` are merged, where these are given.
    """
    guides = {guide.domain: guide for guide in curated}
    listed = dict(baseline.directory)
    added = {domain: guide for domain, guide in guides.items() if domain not in listed and guide.name}
    own = listed.keys() | added.keys()
    ownership = find_ownership(baseline.ledger, own)
    slugs = {domain: slug for slug, domain in ownership.holders.items()}
    slugs |= assign_slugs(slugs, listed)
    slugs |= assign_slugs(slugs, added)
    slugs = {domain: slugs[domain] for domain in own}
    history = group_events(baseline.events)
    wanted = own if only is None else own & set(only)
    merged = merge_some(wanted, guides, baseline, slugs, history, stale_before=stale_before)
    services = sorted(merged.values(), key=lambda service: sort_key(service.name, service.domain))
    return Catalogue(
        services=tuple(services),
        baseline=baseline,
        removed=tuple(find_removed(ownership, baseline)),
        ownership=ownership,
        claims=find_lost_claims(ownership, baseline.settled),
        history=history,
        unnamed=tuple(find_unnamed(baseline.passkeys, services)),
    )


def merge_some(
    domains: Iterable[str],
    guides: Mapping[str, Curated],
    baseline: Baseline,
    slugs: Mapping[str, str],
    history: Mapping[str, tuple[Event, ...]],
    *,
    stale_before: str,
) -> dict[str, Service]:
    """Return domain → service of some domains, and of those whose accounts their guides name.

    ``slugs`` is domain → slug of all services of the catalogue; other domains are left out, and so are those with
    neither a record nor a guide that names a service. ``guides`` is domain → guide, ``history`` domain → events.
    """
    services = {}
    wanted = set(domains)
    wanted |= {guides[domain].account or domain for domain in wanted if domain in guides}
    for domain in wanted & slugs.keys():
        record, guide = baseline.directory.get(domain), guides.get(domain)
        if record is None and (guide is None or guide.name is None):
            continue
        services[domain] = _merge_one(domain, record, guide, baseline, slugs, history.get(domain, ()), stale_before)
    return services


def _merge_one(
    domain: str,
    record: DirectoryRecord | None,
    guide: Curated | None,
    baseline: Baseline,
    slugs: Mapping[str, str],
    events: tuple[Event, ...],
    stale_before: str,
) -> Service:
    directory = SAMPLE if baseline.sample else DIRECTORY
    stated = {DIRECTORY: state_directory(record), CURATED: state_curated(guide)}
    facts: dict[str, Any] = {}
    layers: dict[str, str] = {}
    for fact, order in PRECEDENCE.items() if guide else _UPSTREAM:
        for layer in order:
            value = stated[layer].get(fact)
            if value is not None and value != ():
                facts[fact] = value
                layers[fact] = directory if layer == DIRECTORY else layer
                break
    claimed = tuple(other for other in facts.get("additional_domains", ()) if other not in slugs)
    facts["additional_domains"] = claimed
    passkeys = find_passkeys(baseline, domain, claimed)
    methods, upstream_methods = merge_methods(record, passkeys, guide, sample=baseline.sample)
    last = find_last_change(events, domain)
    service = Service(
        domain=domain,
        slug=slugs[domain],
        methods=methods,
        upstream_methods=upstream_methods,
        passkeys=_build_side_note(passkeys, facts) if passkeys else None,
        damaged=record.damaged if record else False,
        source=directory if record else CURATED,
        since=last.date if last else baseline.first,
        curated_path=guide.path if guide else None,
        is_stale=bool(guide and guide.verified and guide.verified.date < stale_before),
        layers=layers,
        **facts,
    )
    dead = find_own_dead(service, baseline.dead_links) if baseline.dead_links else None
    return replace(service, dead_links=dead) if dead else service


def find_passkeys(baseline: Baseline, domain: str, additional: tuple[str, ...]) -> PasskeyRecord | None:
    """Return the Passkeys Directory's record of a domain, else that of the first additional domain that has one."""
    records = baseline.passkeys
    return next((records[name] for name in (domain, *additional) if name in records), None)


def merge_methods(
    record: DirectoryRecord | None, passkeys: PasskeyRecord | None, guide: Curated | None, *, sample: bool
) -> tuple[tuple[SupportedMethod, ...], tuple[str, ...]]:
    """Return the methods with the layer of each, and upstream's methods before any override."""
    found = _merge_upstream(
        record.methods if record else (),
        has_mfa=bool(passkeys and passkeys.mfa),
        has_passkey=bool(passkeys and passkeys.passwordless),
        sample=sample,
    )
    upstream = tuple([method.id for method in found])
    if guide is None or (record and guide.override is None):
        return found, upstream
    layers = {method.id: method.layer for method in found}
    if record is None:
        for method in guide.methods or ():
            layers.setdefault(method, CURATED)
    if guide.override:
        for method in guide.override.add:
            layers.setdefault(method, CURATED)
        for method in guide.override.remove:
            layers.pop(method, None)
    return _sort_layers(layers), upstream


@lru_cache(maxsize=4096)
def _merge_upstream(
    methods: tuple[str, ...], *, has_mfa: bool, has_passkey: bool, sample: bool
) -> tuple[SupportedMethod, ...]:
    """Return what both directories list; the same for many services.

    FIDO2 as a second factor counts as the Passkeys Directory's word only where the 2FA Directory does not list u2f:
    its file mirrors the other's u2f sites, and a mirror is no second source.
    """
    layers: dict[str, str] = dict.fromkeys(methods, SAMPLE if sample else DIRECTORY)
    if has_mfa:
        layers.setdefault("u2f", SAMPLE if sample else PASSKEYS)
    if has_passkey:
        layers.setdefault("passkey", SAMPLE if sample else PASSKEYS)
    return _sort_layers(layers)


def _sort_layers(layers: Mapping[str, str]) -> tuple[SupportedMethod, ...]:
    return tuple([SupportedMethod(id=method, layer=layers[method]) for method in sort_methods(tuple(layers))])


def _build_side_note(record: PasskeyRecord, facts: Mapping[str, Any]) -> SideNote | None:
    """Return what the Passkeys Directory says beside its methods, without what the main facts say already."""
    side = SideNote(
        note=record.note if record.note != facts.get("note") else None,
        documentation=record.documentation if record.documentation != facts.get("documentation") else None,
        recovery=record.recovery if record.recovery != facts.get("recovery_link") else None,
        regions=record.regions if record.regions != facts.get("regions", ()) else (),
    )
    return None if side == SideNote() else side


def group_events(events: Sequence[Event]) -> dict[str, tuple[Event, ...]]:
    """Return domain → its events, oldest first.

    A move brings the history of the old domain along and is told at both domains, for the old one may return. A merge
    is told at the service that stays, too.
    """
    places: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        places.setdefault(event.domain, []).append(place)
        if event.type == "moved":
            old = places.setdefault(event.details["old_domain"], [])
            old.append(place)
            # Each once: a service that moves back finds there what it had taken along.
            places[event.domain] = sorted({*old, *places[event.domain]})
        elif event.type == "merged":
            places.setdefault(event.details["into"], []).append(place)
    return {domain: tuple([events[place] for place in found]) for domain, found in places.items()}


def find_last_change(events: Sequence[Event], domain: str) -> Event | None:
    """Return the last dated event of a domain's own record; ``events`` are its history, which tells of others too."""
    return next((event for event in reversed(events) if event.domain == domain and event.date), None)
