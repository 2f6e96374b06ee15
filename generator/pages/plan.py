"""Every page and file of the site, planned: the whole output as one mapping (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.errors import InvalidError
from generator.formats.ledger import Published
from generator.model import CURATED
from generator.pages import addresses
from generator.pages.changes import plan_changes
from generator.pages.editors import plan_editors
from generator.pages.feeds import plan_feeds
from generator.pages.home import plan_home
from generator.pages.hosting import build_headers, build_redirects
from generator.pages.lists import plan_lists
from generator.pages.machine import (
    build_robots,
    build_schemas,
    build_search_index,
    build_site_status,
    build_sitemaps,
)
from generator.pages.news import list_news
from generator.pages.page import Page, find_lastmods
from generator.pages.redirects import find_redirects, plan_redirects
from generator.pages.subject import plan_subject
from generator.pages.texts import plan_attribution, plan_faq, plan_methodology, plan_not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.pages.context import Context


class Plan(Struct, frozen=True, kw_only=True):
    """Pages by path, and the other files by path with their bytes."""

    pages: Mapping[str, Page]
    files: Mapping[str, bytes]

    @property
    def templates(self) -> frozenset[str]:
        """The names of the templates that pages are rendered with."""
        return frozenset(page.template for page in self.pages.values())


def plan_site(context: Context) -> Plan:
    """Return everything that the site consists of but its static files."""
    news = list_news(context)
    redirects = find_redirects(context)
    pages = claim_paths(
        [
            plan_home(context, news),
            *plan_lists(context),
            *plan_services(context),
            *plan_changes(context, news),
            *plan_feeds(context, news),
            plan_faq(context),
            plan_methodology(context),
            plan_attribution(context),
            plan_editors(context),
            plan_not_found(context),
            *plan_redirects(redirects, context.site),
        ]
    )
    files = {
        **build_sitemaps(find_lastmods(pages.values()), context.site.base_url),
        addresses.ROBOTS: build_robots(context.site.base_url),
        addresses.SEARCH_INDEX: build_search_index(context),
        addresses.STATUS: build_site_status(context),
        **build_schemas(context.site.base_url),
        addresses.HEADERS: build_headers(context.site.base_path),
        addresses.REDIRECTS: build_redirects(redirects, context.site.base_path),
    }
    return Plan(pages=pages, files=files)


def plan_services(context: Context) -> Iterator[Page]:
    """Return the pages of all services, the removed ones included."""
    for subject in context.list_subjects():
        yield from plan_subject(subject, context.frame)


def claim_paths(pages: Iterable[Page]) -> dict[str, Page]:
    """Return path → page; a path that two pages claim is an error that names both."""
    claimed: dict[str, Page] = {}
    for page in pages:
        other = claimed.get(page.path)
        if other:
            message = f"two pages claim {page.path}: {other.build().title!r} and {page.build().title!r}"
            raise InvalidError(message, fix="report this: the generator should never give two pages one address")
        claimed[page.path] = page
    return claimed


def find_published(context: Context, years: Iterable[str] = ()) -> Published:
    """Return what the ledger must remember of a build: all addresses, cheaply, without building a page of a service.

    ``years`` are those of the history, which have pages of their own.
    """
    catalogue = context.catalogue
    lists = [page.path for page in plan_lists(context)]
    archives = [addresses.changes_of(year) for year in years]
    return Published(
        services={
            service.domain: (service.slug, service.name) for service in catalogue.services if service.source == CURATED
        },
        shares=frozenset(summary.domain for summary in context.summaries if summary.has_share_page),
        addresses=frozenset([*lists, *archives, *_SINGLES]),
    )


#: The pages that every site has.
_SINGLES = (
    addresses.HOME,
    addresses.CHANGES,
    addresses.FAQ,
    addresses.METHODOLOGY,
    addresses.ATTRIBUTION,
    addresses.EDITORS,
)
