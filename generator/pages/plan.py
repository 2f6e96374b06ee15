"""Every page and file of the site, planned: the whole output as one mapping (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.catalogue.decisions.sharing import has_share_page
from generator.errors import InvalidError
from generator.formats.ledger import Published
from generator.model import CURATED
from generator.pages import addresses
from generator.pages.home import build_home
from generator.pages.lists import build_lists
from generator.pages.machine import build_robots, build_search_index, build_sitemaps
from generator.pages.page import Page
from generator.pages.redirects import build_redirects
from generator.pages.service import build_service_page
from generator.pages.share import build_share_page
from generator.pages.texts import build_attribution, build_faq, build_methodology, build_not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.pages.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Pages by path, and the other files by path with their bytes."""

    pages: Mapping[str, Page]
    files: Mapping[str, bytes]


def plan_site(context: Context) -> Plan:
    """Return everything that the site consists of but its static files."""
    pages = claim_paths(
        [
            build_home(context),
            *build_lists(context),
            *build_services(context),
            *build_shares(context),
            build_faq(context),
            build_methodology(context),
            build_attribution(context),
            build_not_found(context),
            *build_redirects(context),
        ]
    )
    files = {
        **build_sitemaps(pages.values(), context.site.base_url),
        addresses.ROBOTS: build_robots(context.site.base_url),
        addresses.SEARCH_INDEX: build_search_index(context),
    }
    return Plan(pages=pages, files=files)


def build_services(context: Context) -> list[Page]:
    """Return the pages of all services, the removed ones included."""
    catalogue = context.catalogue
    return [build_service_page(service, context) for service in (*catalogue.services, *catalogue.removed)]


def build_shares(context: Context) -> list[Page]:
    """Return the share pages of the services that may be shared."""
    return [page for service in context.catalogue.services if (page := build_share_page(service, context))]


def claim_paths(pages: Iterable[Page]) -> dict[str, Page]:
    """Return path → page; a path that two pages claim is an error that names both."""
    claimed: dict[str, Page] = {}
    for page in pages:
        other = claimed.get(page.path)
        if other:
            message = f"two pages claim {page.path}: {other.view.title!r} and {page.view.title!r}"
            raise InvalidError(message, fix="report this: the generator should never give two pages one address")
        claimed[page.path] = page
    return claimed


def find_published(context: Context) -> Published:
    """Return what the ledger must remember of a build: all addresses, cheaply, without building a page of a service."""
    catalogue = context.catalogue
    lists = [page.path for page in build_lists(context)]
    singles = [addresses.HOME, addresses.FAQ, addresses.METHODOLOGY, addresses.ATTRIBUTION]
    return Published(
        services={
            service.domain: (service.slug, service.name) for service in catalogue.services if service.source == CURATED
        },
        shares=frozenset(service.domain for service in catalogue.services if has_share_page(service, context.rules)),
        addresses=frozenset([*lists, *singles]),
    )
