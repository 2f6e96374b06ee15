"""Addresses that lead elsewhere today: moved and merged services, share pages that no longer apply (pure).

Each is a page with a canonical link and a visible link, so that any host serves it; ``_redirects`` tells the same to
hosts that can answer with a status of their own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.summary import Summary
from generator.catalogue.decisions.text import Text, isolate
from generator.pages import addresses
from generator.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.formats.ledger import Row
    from generator.pages.context import Context
    from generator.pages.page import SiteView


class RedirectView(Struct, frozen=True, kw_only=True):
    """An address that leads to another one of the site."""

    title: str
    description: str
    canonical: str
    target: str
    name: Text


class Redirect(Struct, frozen=True, kw_only=True):
    """A path that leads to another: to a page of this service; ``since`` is an ISO date, empty where none is known."""

    path: str
    target: str
    since: str
    summary: Summary


def find_redirects(context: Context) -> tuple[Redirect, ...]:
    """Return every address of the ledger that has no page of its own, with the page of its service of today."""
    ledger = context.catalogue.ledger
    moved: dict[str, tuple[Row, Summary]] = {}
    for domain, row in ledger.services.items():
        summary = context.everyone.get(ledger.find_owner(domain))
        # Nearly all services are where they were, so the addresses of all pages are seldom needed.
        if summary and (row.slug != summary.slug or (row.share and not summary.has_share_page)):
            moved[domain] = row, summary
    pages = frozenset(_list_pages(context)) if moved else frozenset()
    redirects = []
    for _, (row, summary) in sorted(moved.items()):
        home, share = addresses.service(summary.slug), addresses.share(summary.slug)
        targets = {addresses.service(row.slug): home}
        if row.share:
            targets[addresses.share(row.slug)] = share if summary.has_share_page else home
        since = row.gone.date if row.gone else ""
        redirects += [
            Redirect(path=path, target=target, since=since, summary=summary)
            for path, target in targets.items()
            if path not in pages
        ]
    return tuple(redirects)


def plan_redirects(redirects: Iterable[Redirect], site: SiteView) -> Iterator[Page]:
    """Return a page for each redirect."""
    for redirect in redirects:
        build = partial(_build_redirect, redirect.summary, redirect.target, site)
        yield Page(path=redirect.path, template="pages/redirect.html", build=build, listed=False)


def _list_pages(context: Context) -> Iterator[str]:
    for summary in context.everyone.values():
        yield addresses.service(summary.slug)
        if summary.has_share_page:
            yield addresses.share(summary.slug)


def _build_redirect(summary: Summary, target: str, site: SiteView) -> RedirectView:
    name = isolate(summary.name)
    return RedirectView(
        title=f"{name} has another address",
        description="This page has moved.",
        canonical=site.canonical(target),
        target=site.href(target),
        name=name,
    )
