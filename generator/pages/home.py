"""The home page: search, the numbers, the latest changes, the day of the data (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.history import Entry, write_event
from generator.model import Verdict
from generator.pages import addresses
from generator.pages.lists import link_categories
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from generator.pages.context import Context

HOW_MANY_CHANGES = 8


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
    changes: tuple[Entry, ...]
    categories: tuple[Link, ...]
    data_day: str | None
    search_action: str
    search_index: str
    status_href: str


def plan_home(context: Context) -> Page:
    """Return the home page."""
    return Page(
        path=addresses.HOME,
        template="pages/home.html",
        build=lambda: build_home(context),
        lastmod=context.catalogue.changed,
    )


def build_home(context: Context) -> HomeView:
    """Return what the home page prints."""
    site, catalogue = context.site, context.catalogue
    return HomeView(
        title=site.title,
        description=context.settings.description,
        canonical=site.canonical(addresses.HOME),
        numbers=_count(context),
        changes=_find_changes(context),
        categories=link_categories(context),
        data_day=catalogue.changed,
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


def _find_changes(context: Context) -> tuple[Entry, ...]:
    """Return the latest events in plain words, newest first."""
    told: list[Entry] = []
    for event in reversed(context.catalogue.events):
        sentence = write_event(event) if event.type != "field_changed" else None
        if sentence and event.date:
            told.append(Entry(date=event.date, sentence=sentence))
        if len(told) == HOW_MANY_CHANGES:
            break
    return tuple(told)
