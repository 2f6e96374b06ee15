"""The home page: search, the numbers, the latest changes, the day of the data (pure)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.history import Entry
from generator.catalogue.decisions.text import Text, day, say
from generator.model import Verdict
from generator.pages import addresses
from generator.pages.lists import link_categories
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from generator.pages.context import Context
    from generator.pages.news import Item

HOW_MANY_CHANGES = 8
RECENT_DAYS = 30


class Number(Struct, frozen=True, kw_only=True):
    """A count with what it counts, and the list of what was counted."""

    count: str
    label: str
    href: str


class HomeView(Struct, frozen=True, kw_only=True):
    """Everything that the home page prints."""

    title: str
    description: str
    canonical: str
    numbers: tuple[Number, ...]
    gained: Text | None
    changes: tuple[Entry, ...]
    changes_href: str
    categories: tuple[Link, ...]
    data_day: str | None
    search_action: str
    search_index: str
    status_href: str


def plan_home(context: Context, news: tuple[Item, ...]) -> Page:
    """Return the home page; ``news`` is what changed, the newest day first."""
    return Page(
        path=addresses.HOME,
        template="pages/home.html",
        build=lambda: build_home(context, news),
        lastmod=context.catalogue.baseline.changed,
    )


def build_home(context: Context, news: tuple[Item, ...]) -> HomeView:
    """Return what the home page prints."""
    site, catalogue = context.site, context.catalogue
    return HomeView(
        title=site.title,
        description=context.settings.description,
        canonical=site.canonical(addresses.HOME),
        numbers=_count(context),
        gained=count_gained(context),
        changes=_write_changes(news, site.base_path),
        changes_href=site.href(addresses.CHANGES),
        categories=link_categories(context),
        data_day=catalogue.baseline.changed,
        search_action=site.href(addresses.DIRECTORY),
        search_index=site.href(addresses.SEARCH_INDEX),
        status_href=site.href(addresses.STATUS),
    )


def _count(context: Context) -> tuple[Number, ...]:
    site, summaries = context.site, context.summaries
    verdicts = [summary.verdict for summary in summaries]
    passkeys = sum(summary.has_method("passkey") for summary in summaries)
    numbers = (
        (len(summaries), "services", addresses.DIRECTORY),
        (verdicts.count(Verdict.YES), "support 2FA", addresses.DIRECTORY),
        (verdicts.count(Verdict.NO), "list no 2FA", addresses.NO_2FA),
        (passkeys, "offer passkeys", addresses.PASSKEYS),
    )
    return tuple(Number(count=f"{count:,}", label=label, href=site.href(path)) for count, label, path in numbers)


def count_gained(context: Context) -> Text | None:
    """Return how many services gained 2FA lately, as of the day of the data; None where none has, or none is known."""
    baseline = context.catalogue.baseline
    if baseline.changed is None or baseline.first is None:
        return None
    begin = (date.fromisoformat(baseline.changed) - timedelta(days=RECENT_DAYS)).isoformat()
    gained = {
        event.domain
        for event in baseline.events
        if event.type == "gained_2fa" and event.date and begin < event.date <= baseline.changed
    }
    since = max(baseline.first, begin)
    if baseline.gap and baseline.gap[1] > begin:
        # Nobody had looked for long, so what was seen then may have happened at any time before.
        since = min(since, baseline.gap[0])
    period = f"in the {RECENT_DAYS} days up to" if since == begin else f"from {since} to"
    services = "1 service" if len(gained) == 1 else f"{len(gained):,} services"
    said = say("{services} gained 2FA {period} {day}.", services=services, period=period, day=day(baseline.changed))
    return said if gained else None


def _write_changes(news: tuple[Item, ...], base: str) -> tuple[Entry, ...]:
    """Return the latest changes in plain words."""
    told = islice((item for item in news if not item.is_detail), HOW_MANY_CHANGES)
    return tuple(Entry(date=item.date, sentence=item.write(base)) for item in told)
