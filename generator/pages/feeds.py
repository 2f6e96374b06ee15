"""Atom feeds of the changes: one of all, one of each category (pure; RFC 4287).

An entry is an event. Its identifier is made from what happened, to whom and when, so it is the same in every feed,
after every build and below any base URL; a feed without a new event is the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import escape
from msgspec import Struct

from generator.identity import slugify
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.news import Item, take_newest
from generator.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.pages.context import Context
    from generator.pages.page import Credit

#: How many entries and how many days a feed has at least.
ENOUGH, ENOUGH_DAYS = 100, 7

#: What every identifier is derived from; it must never change.
_NAMESPACE = bytes.fromhex("5d0f7b0a6d275a589a6c0f5b7e6f1f64")

#: The date of a feed that has neither an entry nor a first day.
_NEVER = "2000-01-01"

_OURS = (
    "This directory's adaptation of the baseline data: "
    '<a href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>.'
)


class FeedEntry(Struct, frozen=True, kw_only=True):
    """An entry: ``updated`` is a time in UTC, ``content`` HTML, ``terms`` are categories, each with its title."""

    id: str
    title: str
    updated: str
    href: str
    content: str
    terms: tuple[tuple[str, str], ...]


class FeedView(Struct, frozen=True, kw_only=True):
    """Everything that a feed prints; ``href`` is its own address, ``page`` that of the page it belongs to."""

    id: str
    title: str
    subtitle: str
    updated: str
    href: str
    page: str
    author: str
    rights: str
    entries: tuple[FeedEntry, ...]


def plan_feeds(context: Context, news: tuple[Item, ...]) -> Iterator[Page]:
    """Return every feed; a category has one as long as it has its list."""
    title = f"{context.site.title}: changes"
    yield _plan(context, addresses.CHANGES_FEED, addresses.CHANGES, title, news)
    by_category = _group(news)
    for slug, group in context.groups.categories.items():
        named = f"{title} in the category {context.frame.name_category(group.name)}"
        items = tuple(by_category.get(slug, ()))
        yield _plan(context, addresses.category_feed(slug), addresses.category(slug), named, items)


def _group(news: Iterable[Item]) -> dict[str, list[Item]]:
    """Return slug of a category → what changed for its services, in order."""
    slugs: dict[tuple[str, ...], tuple[str, ...]] = {}
    grouped: dict[str, list[Item]] = defaultdict(list)
    for item in news:
        if item.categories not in slugs:
            slugs[item.categories] = tuple(dict.fromkeys(map(slugify, item.categories)))
        for slug in slugs[item.categories]:
            grouped[slug].append(item)
    return grouped


def _plan(context: Context, path: str, page: str, title: str, news: tuple[Item, ...]) -> Page:
    items = take_newest(news, ENOUGH, ENOUGH_DAYS)
    build = partial(_build, context, path, page, title)
    return Page(
        path=path,
        template="pages/feed.html",
        build=lambda: build(items),
        # The entries need not be written to tell whether they are the same.
        identity=lambda: encode([items, context.frame.categories, build(())]),
        listed=False,
    )


def _build(context: Context, path: str, page: str, title: str, items: tuple[Item, ...]) -> FeedView:
    site, catalogue = context.site, context.catalogue
    source = context.settings.sources["sample" if catalogue.baseline.sample else "2fa-directory"]
    day = items[0].date if items else catalogue.baseline.first or catalogue.baseline.changed or _NEVER
    return FeedView(
        id=_identify("feed", path),
        title=_clean(title),
        subtitle=_clean(f"What changed in {source.in_text}."),
        updated=_time(day),
        href=site.canonical(path),
        page=site.canonical(page),
        author=_clean(site.publisher),
        rights=_write_rights(next(iter(site.credits.values()))),
        entries=tuple(_build_entries(context, items)),
    )


def _write_rights(credit: Credit) -> str:
    """Return as HTML whose data a feed shows, and under which licences."""
    url, name = credit.licence_url, escape(credit.licence)
    licence = f'<a href="{escape(url)}">{name}</a>' if url else name
    return _clean(f"{credit.credit}{f' (licence: {licence})' if name else ''}. {_OURS}")


def _build_entries(context: Context, items: Iterable[Item]) -> Iterator[FeedEntry]:
    base = context.site.base_url
    told: Counter[tuple[str, ...]] = Counter()
    for item in items:
        event, details = item.event, item.event.details
        parts = (item.date, event.domain, event.type, *(f"{key}={details[key]}" for key in sorted(details)))
        # Two refreshes of one day may say the same twice, when it was taken back in between.
        told[parts] += 1
        day = f"{base}{addresses.changes_of(item.date[:4])}#{item.date}"
        sentence = item.write(base)
        yield FeedEntry(
            id=_identify("event", *parts, str(told[parts])),
            title=_clean(sentence.text),
            updated=_time(item.date),
            href=base + addresses.service(item.slug) if item.slug else day,
            content=_clean(f'<p>{sentence.html}</p><p><a href="{day}">All changes of {item.date}</a></p>'),
            terms=tuple((_clean(name), _clean(context.frame.name_category(name))) for name in item.categories),
        )


def _identify(*parts: str) -> str:
    """Return a name-based UUID, version 5 (RFC 9562, section 5.5); the module uuid reads clock and network card."""
    digest = bytearray(hashlib.sha1(_NAMESPACE + "\n".join(parts).encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return f"urn:uuid:{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def _time(date: str) -> str:
    return f"{date}T00:00:00Z"


#: What no XML document may hold (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
