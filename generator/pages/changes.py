"""The changes by day: the newest on one page, all of a year on one each (pure)."""

from __future__ import annotations

import re
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.news import Item, take_newest
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.pages.context import Context

#: About how many changes the first page shows.
ENOUGH = 200


class Day(Struct, frozen=True, kw_only=True):
    """The changes of a day; ``details`` are those of links, notes and the like, shown on demand."""

    date: str
    sentences: tuple[Text, ...]
    details: tuple[Text, ...]
    detail_count: str


class ChangesView(Struct, frozen=True, kw_only=True):
    """Everything that a page of changes prints; ``since`` is the ISO date from which changes are recorded."""

    title: str
    description: str
    canonical: str
    heading: str
    source: str
    since: str | None
    days: tuple[Day, ...]
    years: tuple[Link, ...]
    newest: Link | None
    feed: str


def plan_changes(context: Context, news: tuple[Item, ...]) -> Iterator[Page]:
    """Return the page of the newest changes, and one for each year that has or had any."""
    by_year = {year: tuple(items) for year, items in groupby(news, key=lambda item: item.date[:4])}
    years = find_years(by_year, context.catalogue.ledger.addresses)
    plan = partial(_plan, context, years)
    yield plan(addresses.CHANGES, take_newest(news, ENOUGH), None)
    for year in years:
        yield plan(addresses.changes_of(year), by_year.get(year, ()), year)


def find_years(told: Iterable[str], addresses_: Iterable[str]) -> list[str]:
    """Return the years with a page of their own, the newest first: those with changes, and those once published."""
    published = {match[1] for path in addresses_ if (match := _YEAR.fullmatch(path))}
    return sorted({*told, *published}, reverse=True)


_YEAR = re.compile(rf"{addresses.CHANGES}(\d{{4}})/")


def _plan(context: Context, years: list[str], path: str, items: tuple[Item, ...], year: str | None) -> Page:
    build = partial(_build, context, years, path, year)
    return Page(
        path=path,
        template="pages/changes.html",
        build=lambda: build(items),
        # The days need not be written out to tell whether they are the same.
        identity=lambda: encode([items, build(())]),
        lastmod=items[0].date if items else context.catalogue.first,
    )


def _build(context: Context, years: list[str], path: str, year: str | None, items: tuple[Item, ...]) -> ChangesView:
    site, catalogue = context.site, context.catalogue
    source = context.settings.sources["sample" if catalogue.sample else "2fa-directory"].in_text
    title = f"Changes of {year}" if year else "Changes"
    period = f" in {year}" if year else ""
    return ChangesView(
        title=title,
        description=f"What changed in {source}{period}: which services gained or lost 2FA methods.",
        canonical=site.canonical(path),
        heading=title,
        source=source,
        since=catalogue.first,
        days=tuple(_build_days(context, items)),
        years=tuple(Link(label=other, href=site.href(addresses.changes_of(other))) for other in years),
        newest=Link(label="The newest changes", href=site.href(addresses.CHANGES)) if year else None,
        feed=site.href(addresses.CHANGES_FEED),
    )


def _build_days(context: Context, items: Iterable[Item]) -> Iterator[Day]:
    for date, group in groupby(items, key=lambda item: item.date):
        told = list(group)
        details = [item for item in told if item.is_detail]
        yield Day(
            date=date,
            sentences=_write(context, [item for item in told if not item.is_detail]),
            details=_write(context, details),
            detail_count=f"{len(details):,} {'smaller change' if len(details) == 1 else 'smaller changes'}",
        )


def _write(context: Context, items: Sequence[Item]) -> tuple[Text, ...]:
    return tuple([item.write(context.site) for item in items])
