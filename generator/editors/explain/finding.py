"""Find the service that an editor means, and gather what its facts come from."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.editors.explain.facts import Case
from generator.editors.naming import build_names, find_domain, find_slug, suggest_domain
from generator.errors import UsageError
from generator.pages.context import Frame, Subject, build_frame
from generator.pages.page import build_site
from generator.pages.service import build_service_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.gather import Gathered
    from generator.catalogue.inputs import Baseline
    from generator.catalogue.merge import Catalogue
    from generator.config import Settings
    from generator.model import Curated, Event, Service


def find_service(named: str, catalogue: Catalogue, guides: Iterable[Curated]) -> Service:
    """Return the service that a slug, an address, a domain, a name or a guide's path names; else :class:`UsageError`.

    An address or a domain that has moved names the service that answers for it today.
    """
    names = build_names(catalogue)
    files = {PurePath(guide.path).stem: guide.domain for guide in guides}
    # The name of a file counts where it is not the slug of the service too.
    slug = find_slug(named) if named.endswith(".yaml") else None
    domain = files.get(slug or "") or find_domain(named, names)
    service = catalogue.by_domain().get(catalogue.baseline.ledger.find_owner(names.owners.get(domain, domain)))
    if service is None:
        near = suggest_domain(named, names)
        message = f"no service is known by {named}"
        raise UsageError(message, fix=f"did you mean {near}?" if near else "name the last part of its page's address")
    return service


def build_case(service: Service, gathered: Gathered, baseline: Baseline, settings: Settings) -> Case:
    """Return a service with all that its facts come from."""
    catalogue = gathered.catalogue
    owner = catalogue.by_domain().get(service.account) if service.account else None
    frame = build_frame(build_site(settings, baseline, {}), gathered.content.editorial, settings)
    domains = {service.domain, *([owner.domain] if owner else [])}
    guides = {guide.domain: guide for guide in gathered.usable if guide.domain in domains}
    events = catalogue.history.get(service.domain, ())
    return assemble_case(service, owner, guides, baseline, events, frame)


def assemble_case(
    service: Service,
    owner: Service | None,
    guides: dict[str, Curated],
    baseline: Baseline,
    events: tuple[Event, ...],
    frame: Frame,
) -> Case:
    """Return the same from its parts, with what the page prints."""
    subject = Subject(service=service, account=owner, history=events)
    return Case(
        service=service,
        view=build_service_view(subject, frame),
        frame=frame,
        baseline=baseline,
        owner=owner,
        guides=guides,
        events=events,
    )
