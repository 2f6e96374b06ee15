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
    rows, ownership = context.catalogue.baseline.ledger.services, context.catalogue.ownership
    shared = {row.slug for row in rows.values() if row.share}
    redirects = []
    for slug, holder in sorted(ownership.holders.items(), key=lambda item: item[1]):
        summary = context.everyone.get(ownership.find_page(holder) or "")
        # Nearly all services are where they were.
        if summary is None or (summary.slug == slug and (summary.has_share_page or slug not in shared)):
            continue
        home = addresses.service(summary.slug)
        targets = {addresses.service(slug): home} if slug != summary.slug else {}
        if slug in shared:
            targets[addresses.share(slug)] = addresses.share(summary.slug) if summary.has_share_page else home
        gone = rows[holder].gone
        since = gone.date if gone else ""
        redirects += [
            Redirect(path=path, target=target, since=since, summary=summary) for path, target in targets.items()
        ]
    return tuple(redirects)


def plan_redirects(redirects: Iterable[Redirect], site: SiteView) -> Iterator[Page]:
    """Return a page for each redirect."""
    for redirect in redirects:
        build = partial(_build_redirect, redirect.summary, redirect.target, site)
        yield Page(path=redirect.path, template="pages/redirect.html", build=build, listed=False)


def _build_redirect(summary: Summary, target: str, site: SiteView) -> RedirectView:
    name = isolate(summary.name)
    return RedirectView(
        title=f"{name} has another address",
        description="This page has moved.",
        canonical=site.canonical(target),
        target=site.href(target),
        name=name,
    )
