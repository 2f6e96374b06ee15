"""What the builders of pages share: the catalogue looked up by domain, names, neighbours, rules (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from generator.catalogue.decisions.related import find_alternatives, find_neighbours
from generator.catalogue.decisions.rules import Rules
from generator.catalogue.inputs import Editorial
from generator.catalogue.merge import Catalogue
from generator.config import Settings, Source
from generator.model import Event, Service
from generator.pages import addresses
from generator.pages.page import Link, SiteView, build_site


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that a page may be built from."""

    site: SiteView
    rules: Rules
    editorial: Editorial
    catalogue: Catalogue
    settings: Settings
    by_domain: Mapping[str, Service]
    related: Mapping[str, tuple[Service, ...]]
    alternatives: Mapping[str, tuple[Service, ...]]

    @property
    def history(self) -> Mapping[str, tuple[Event, ...]]:
        """Domain → its events."""
        return self.catalogue.history

    @property
    def sources(self) -> Mapping[str, Source]:
        """The upstreams by identifier."""
        return self.settings.sources

    @property
    def repository(self) -> str | None:
        """The address of the project's repository."""
        return self.settings.repository

    @property
    def branch(self) -> str:
        """The branch that edit links open."""
        return self.settings.branch

    def name_category(self, name: str) -> str:
        """Return the title of a category; an unknown one shows its identifier."""
        return self.editorial.categories.get(name, name.replace("-", " ").capitalize())

    def link_category(self, name: str) -> Link:
        """Return a link to a category's list."""
        return Link(label=self.name_category(name), href=self.site.href(addresses.category(name)))


def build_context(
    catalogue: Catalogue, editorial: Editorial, settings: Settings, assets: Mapping[str, str], today: str
) -> Context:
    """Return the context of a build on the ISO date ``today``."""
    return Context(
        site=build_site(settings, catalogue, assets),
        rules=build_rules(editorial, settings, today),
        editorial=editorial,
        catalogue=catalogue,
        settings=settings,
        by_domain=catalogue.by_domain(),
        related=find_neighbours(catalogue.services),
        alternatives=find_alternatives(catalogue.services),
    )


def build_rules(editorial: Editorial, settings: Settings, today: str) -> Rules:
    """Return what decisions depend on."""
    stale_before = date.fromisoformat(today) - timedelta(days=settings.limits.stale_after_days)
    return Rules(
        stale_before=stale_before.isoformat(),
        sources={source.id: source.in_text for source in settings.sources.values()},
        regions=editorial.regions,
        requests=editorial.requests,
        product=settings.product,
    )
