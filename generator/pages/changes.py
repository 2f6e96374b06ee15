"""The changes by day: the newest on one page, all of a year on one each (pure)."""

from __future__ import annotations

import re
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text
from generator.identity import sort_key
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.news import Item, take_newest
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.pages.context import Context

#: How many changes and how many days the first page shows at least.
ENOUGH, ENOUGH_DAYS = 200, 7

#: From how many changes on those of a day stand under headings, and smaller ones are folded.
MANY, MANY_DETAILS = 12, 5

#: Type → what its events stand under on a day with many.
_HEADINGS = {
    "gained_2fa": "Now with 2FA",
    "lost_2fa": "Now without 2FA",
    "methods_gained": "More methods",
    "methods_lost": "Methods no longer listed",
    "added": "New in the directory",
    "removed": "No longer in the directory",
    "moved": "Moved, merged and renamed",
    "merged": "Moved, merged and renamed",
    "renamed": "Moved, merged and renamed",
}


class Group(Struct, frozen=True, kw_only=True):
    """Changes of one kind; on a day with few changes all are one group without a heading."""

    heading: str
    sentences: tuple[Text, ...]


class Day(Struct, frozen=True, kw_only=True):
    """The changes of a day; ``details`` are those of links, notes and the like, under ``summary`` where many."""

    date: str
    groups: tuple[Group, ...]
    details: tuple[Text, ...]
    summary: str


class ChangesView(Struct, frozen=True, kw_only=True):
    """Everything that a page of changes prints; ``since`` is the ISO date from which changes are recorded."""

    title: str
    description: str
    canonical: str
    source: str
    since: str | None
    days: tuple[Day, ...]
    years: tuple[Link, ...]
    newest: Link | None
    feed: str
    categories: str


def plan_changes(context: Context, news: tuple[Item, ...]) -> Iterator[Page]:
    """Return the page of the newest changes, and one for each year that has or had any."""
    by_year = {year: tuple(items) for year, items in groupby(news, key=lambda item: item.date[:4])}
    years = find_years(by_year, context.catalogue.baseline.ledger.addresses)
    plan = partial(_plan, context, years)
    yield plan(addresses.CHANGES, take_newest(news, ENOUGH, ENOUGH_DAYS), None)
    for year in years:
        yield plan(addresses.changes_of(year), by_year.get(year, ()), year)


def find_years(told: Iterable[str], published: Iterable[str]) -> list[str]:
    """Return the years with a page of their own, the newest first: those with changes, and those once published."""
    known = {match[1] for path in published if (match := _YEAR.fullmatch(path))}
    return sorted({*told, *known}, reverse=True)


_YEAR = re.compile(rf"{addresses.CHANGES}(\d{{4}})/")


def _plan(context: Context, years: list[str], path: str, items: tuple[Item, ...], year: str | None) -> Page:
    build = partial(_build, context, years, path, year)
    return Page(
        path=path,
        template="pages/changes.html",
        build=lambda: build(items),
        # The sentences need not be written to tell whether they are the same.
        identity=lambda: encode([[(item.event, item.slug) for item in items], build(())]),
        lastmod=items[0].date if items else context.catalogue.baseline.first,
    )


def _build(context: Context, years: list[str], path: str, year: str | None, items: tuple[Item, ...]) -> ChangesView:
    site, catalogue = context.site, context.catalogue
    source = context.settings.sources["sample" if catalogue.baseline.sample else "2fa-directory"].in_text
    return ChangesView(
        title=f"Changes in {year}" if year else "Changes",
        description=f"What changed in {source}{f' in {year}' if year else ''}, by day: which services gained or lost "
        "2FA methods, which were added or removed.",
        canonical=site.canonical(path),
        source=source,
        since=catalogue.baseline.first,
        days=tuple(_build_days(items, site.base_path)),
        years=tuple(Link(label=other, href=site.href(addresses.changes_of(other))) for other in years),
        newest=Link(label="The newest changes", href=site.href(addresses.CHANGES)) if year else None,
        feed=site.href(addresses.CHANGES_FEED),
        categories=site.href(f"{addresses.HOME}#categories"),
    )


def _build_days(items: Iterable[Item], base: str) -> Iterator[Day]:
    for date, group in groupby(items, key=lambda item: item.date):
        told = list(group)
        details = [item for item in told if item.is_detail]
        yield Day(
            date=date,
            groups=_build_groups([item for item in told if not item.is_detail], base),
            details=_write(details, base),
            summary=f"{len(details):,} smaller changes" if len(details) > MANY_DETAILS else "",
        )


def _build_groups(items: Sequence[Item], base: str) -> tuple[Group, ...]:
    if len(items) <= MANY:
        return (Group(heading="", sentences=_write(items, base)),) if items else ()
    kinds = [(kind, list(group)) for kind, group in groupby(items, key=lambda item: _HEADINGS[item.event.type])]
    return tuple(Group(heading=f"{kind} ({len(group):,})", sentences=_write(group, base)) for kind, group in kinds)


def _write(items: Iterable[Item], base: str) -> tuple[Text, ...]:
    """Return the sentences, those of each type in A to Z order."""
    by_kind = (sorted(group, key=_sort_key) for _, group in groupby(items, key=lambda item: item.event.type))
    return tuple([item.write(base) for group in by_kind for item in group])


def _sort_key(item: Item) -> tuple[int, str, str, str]:
    return sort_key(item.event.name, item.event.domain)
