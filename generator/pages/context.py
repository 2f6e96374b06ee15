"""What the builders of pages see: the whole catalogue in brief, and each service with its surroundings (pure).

The pages of a service are built from its :class:`Subject` and the :class:`Frame` that all services share, and see
nothing else: these two decide whether such a page has to be rendered anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.catalogue.decisions.related import Neighbour, Neighbourhood
from generator.catalogue.decisions.rules import Rules
from generator.catalogue.decisions.summary import Summary, summarise
from generator.catalogue.inputs import Editorial
from generator.catalogue.merge import Catalogue
from generator.config import Settings, Source
from generator.model import Event, Service
from generator.pages import addresses
from generator.pages.digest import hash_value
from generator.pages.groups import Groups, group_services
from generator.pages.page import Link, SiteView, build_site
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


class Frame(Struct, frozen=True, kw_only=True):
    """What the pages of all services share; ``digest`` is the identity of all of it."""

    site: SiteView
    rules: Rules
    categories: Mapping[str, str]
    sources: Mapping[str, Source]
    repository: str | None
    branch: str
    digest: bytes = b""

    def name_category(self, name: str) -> str:
        """Return the title of a category; an unknown one shows its identifier."""
        return self.categories.get(name, name.replace("-", " ").capitalize())

    def link_category(self, name: str) -> Link:
        """Return a link to a category's list."""
        return Link(label=self.name_category(name), href=self.site.href(addresses.category(name)))


class Subject(Struct, frozen=True, kw_only=True):
    """A service with all that its pages show of others: ``account`` is the one whose account it signs in with."""

    service: Service
    account: Service | None = None
    related: tuple[Neighbour, ...] = ()
    alternatives: tuple[Neighbour, ...] = ()
    history: tuple[Event, ...] = ()


class Context(Struct, frozen=True, kw_only=True):
    """Everything that a page may be built from.

    ``summaries`` are in A to Z order, without the removed services; ``everyone`` is domain → summary with them.
    ``warnings`` are the findings of the check.
    """

    frame: Frame
    editorial: Editorial
    catalogue: Catalogue
    settings: Settings
    summaries: tuple[Summary, ...]
    everyone: Mapping[str, Summary]
    groups: Groups
    warnings: tuple[Problem, ...] = ()

    @property
    def site(self) -> SiteView:
        """What every page shows of the site as a whole."""
        return self.frame.site

    @property
    def rules(self) -> Rules:
        """What decisions depend on."""
        return self.frame.rules

    def list_subjects(self) -> Iterator[Subject]:
        """Return every service with its surroundings, the removed ones last."""
        catalogue = self.catalogue
        by_domain = catalogue.by_domain()
        neighbourhood = Neighbourhood(self.summaries)
        for service in (*catalogue.services, *catalogue.removed):
            summary = self.everyone[service.domain]
            yield Subject(
                service=service,
                account=by_domain.get(service.account) if service.account else None,
                related=neighbourhood.find_related(summary),
                alternatives=neighbourhood.find_alternatives(summary),
                history=catalogue.history.get(service.domain, ()),
            )


def build_context(
    catalogue: Catalogue,
    editorial: Editorial,
    settings: Settings,
    assets: Mapping[str, str],
    warnings: tuple[Problem, ...] = (),
) -> Context:
    """Return the context of a build. ``assets`` maps the name of a static file to its address."""
    frame = build_frame(build_site(settings, catalogue.baseline, assets), editorial, settings)
    summaries = tuple(summarise(service, frame.rules) for service in catalogue.services)
    removed = (summarise(service, frame.rules) for service in catalogue.removed)
    return Context(
        frame=frame,
        editorial=editorial,
        catalogue=catalogue,
        settings=settings,
        summaries=summaries,
        everyone={summary.domain: summary for summary in (*removed, *summaries)},
        groups=group_services(summaries, editorial.categories, catalogue.baseline.ledger.addresses),
        warnings=warnings,
    )


def build_frame(site: SiteView, editorial: Editorial, settings: Settings) -> Frame:
    """Return what the pages of all services share."""
    frame = Frame(
        site=site,
        rules=build_rules(editorial, settings),
        categories=editorial.categories,
        sources=settings.sources,
        repository=settings.repository,
        branch=settings.branch,
    )
    return replace(frame, digest=hash_value(frame).encode())


def build_rules(editorial: Editorial, settings: Settings) -> Rules:
    """Return what decisions depend on."""
    return Rules(
        sources={source.id: source.in_text for source in settings.sources.values()},
        regions=editorial.regions,
        requests=editorial.requests,
        product=settings.product,
    )
