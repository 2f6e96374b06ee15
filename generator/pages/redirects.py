"""Addresses that lead elsewhere today: moved and merged services, share pages that no longer apply (pure).

Each is a page with a canonical link and a visible link, so that any host serves it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text, isolate
from generator.pages import addresses
from generator.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.catalogue.decisions.summary import Summary
    from generator.pages.context import Context
    from generator.pages.page import SiteView


class RedirectView(Struct, frozen=True, kw_only=True):
    """An address that leads to another one of the site."""

    title: str
    description: str
    canonical: str
    target: str
    name: Text


def find_redirects(context: Context) -> dict[str, str]:
    """Return old path → path for every address of the ledger that has no page of its own."""
    ledger, everyone = context.catalogue.ledger, context.everyone
    moved = []
    for domain, row in ledger.services.items():
        summary = everyone.get(ledger.find_owner(domain))
        if summary and (row.slug != summary.slug or (row.share and not summary.has_share_page)):
            moved.append((domain, row, summary))
    pages = dict(_list_pages(context)) if moved else {}
    redirects: dict[str, str] = {}
    for _, row, summary in sorted(moved, key=lambda entry: entry[0]):
        home = addresses.service(summary.slug)
        if addresses.service(row.slug) not in pages:
            redirects[addresses.service(row.slug)] = home
        if row.share and addresses.share(row.slug) not in pages:
            target = addresses.share(summary.slug)
            redirects[addresses.share(row.slug)] = target if target in pages else home
    return redirects


def _list_pages(context: Context) -> Iterator[tuple[str, None]]:
    for summary in context.everyone.values():
        yield addresses.service(summary.slug), None
        if summary.has_share_page:
            yield addresses.share(summary.slug), None


def plan_redirects(context: Context) -> list[Page]:
    """Return a page for every redirect."""
    redirects = find_redirects(context)
    if not redirects:
        return []
    names = {addresses.service(summary.slug): summary for summary in context.everyone.values()}
    names |= {addresses.share(summary.slug): summary for summary in context.everyone.values()}
    pages = []
    for path, target in redirects.items():
        build = partial(_build_redirect, names[target], target, context.site)
        pages.append(Page(path=path, template="pages/redirect.html", build=build, listed=False))
    return pages


def _build_redirect(summary: Summary, target: str, site: SiteView) -> RedirectView:
    name = isolate(summary.name)
    return RedirectView(
        title=f"{name} has another address",
        description="This page has moved.",
        canonical=site.canonical(target),
        target=site.href(target),
        name=name,
    )
