"""The page of the editors: what needs them, queue by queue, with links to the files (pure). Not for search engines."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.tasks import NO_GUIDE
from generator.catalogue.todo import QUEUES, UNNAMED, list_items
from generator.pages import addresses
from generator.pages.page import Page
from generator.pages.repository import link_edit, link_file, link_new_guide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.catalogue.decisions.summary import Summary
    from generator.catalogue.todo import Item
    from generator.pages.context import Context

#: How many rows of a queue are shown.
ENOUGH = 100


class Row(Struct, frozen=True, kw_only=True):
    """One thing to do; ``href`` is the page that it is about, ``edit_href`` where its file is changed or begun."""

    name: str
    href: str | None
    detail: str
    path: str
    edit_href: str | None


class Queue(Struct, frozen=True, kw_only=True):
    """The rows of one reason; ``more`` counts those that are not shown."""

    id: str
    heading: str
    advice: str
    count: str
    rows: tuple[Row, ...]
    more: str


class EditorsView(Struct, frozen=True, kw_only=True):
    """Everything that the page of the editors prints."""

    title: str
    description: str
    canonical: str
    contributing_href: str | None
    queues: tuple[Queue, ...]


def plan_editors(context: Context) -> Page:
    """Return the page of the editors."""
    return Page(
        path=addresses.EDITORS, template="pages/editors.html", build=lambda: build_editors(context), listed=False
    )


def build_editors(context: Context) -> EditorsView:
    """Return what that page prints."""
    catalogue = context.catalogue
    items = list_items(
        context.summaries,
        context.warnings,
        catalogue.unnamed,
        context.settings.wanted,
        catalogue.baseline.ledger,
        catalogue.claims,
    )
    by_slug = {summary.slug: summary for summary in context.everyone.values()}
    return EditorsView(
        title="For editors",
        description="What needs an editor: guides to review, to verify and to write.",
        canonical=context.site.canonical(addresses.EDITORS),
        contributing_href=link_file(context.frame, "CONTRIBUTING.md"),
        queues=tuple(
            _build_queue(context, by_slug, reason, tuple(group))
            for reason, group in groupby(items, key=lambda item: item.reason)
        ),
    )


def _build_queue(context: Context, by_slug: Mapping[str, Summary], reason: str, items: tuple[Item, ...]) -> Queue:
    heading, advice = QUEUES[reason]
    return Queue(
        id=reason,
        heading=heading,
        advice=advice,
        count=f"{len(items):,}",
        rows=tuple(_build_rows(context, by_slug, items[:ENOUGH])),
        more=f"{len(items) - ENOUGH:,}" if len(items) > ENOUGH else "",
    )


def _build_rows(context: Context, by_slug: Mapping[str, Summary], items: Iterable[Item]) -> Iterator[Row]:
    for item in items:
        summary = by_slug.get(item.slug)
        if summary and summary.curated_path != item.path and item.reason not in dict(summary.tasks):
            # A file that belongs to no service may have the name that another service has as its slug.
            summary = None
        yield Row(
            name=summary.name if summary else item.slug,
            href=context.site.href(addresses.service(item.slug)) if summary else None,
            detail=item.detail,
            path=item.path,
            edit_href=_link_file(context, item, summary),
        )


def _link_file(context: Context, item: Item, summary: Summary | None) -> str | None:
    """Return where a file is changed, or begun for a service that has none."""
    if item.reason == UNNAMED:
        return None
    if summary and summary.curated_path is None and item.reason == NO_GUIDE:
        return link_new_guide(context.frame, item.path, summary.domain)
    return link_edit(context.frame, item.path)
