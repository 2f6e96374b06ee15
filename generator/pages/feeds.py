"""Atom feeds of the changes: one of all, one of each category (pure; RFC 4287).

An entry is an event. Its identifier is made from what happened, to whom and when, so it is the same in every feed,
after every build and below any base URL; a feed without a new event is the same bytes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from generator.identity import slugify
from generator.pages import addresses
from generator.pages.news import Item, take_newest

if TYPE_CHECKING:
    from generator.pages.context import Context

#: About how many entries a feed has.
ENOUGH = 100

#: What every identifier is derived from; it must never change.
_NAMESPACE = bytes.fromhex("5d0f7b0a6d275a589a6c0f5b7e6f1f64")

#: The date of a feed that has neither an entry nor a first day.
_NEVER = "2000-01-01"


def build_feeds(context: Context, news: tuple[Item, ...]) -> dict[str, bytes]:
    """Return path → bytes of every feed; a category has one as long as it has its list."""
    title = f"{context.site.title}: changes"
    feeds = {addresses.CHANGES_FEED: _write_feed(context, addresses.CHANGES_FEED, addresses.CHANGES, title, news)}
    for slug, group in context.groups.categories.items():
        path = addresses.category_feed(slug)
        own = tuple(item for item in news if slug in map(slugify, item.categories))
        named = f"{title} in the category {context.frame.name_category(group.name)}"
        feeds[path] = _write_feed(context, path, addresses.category(slug), named, own)
    return feeds


def _write_feed(context: Context, path: str, page: str, title: str, news: tuple[Item, ...]) -> bytes:
    site, settings = context.site, context.settings
    items = take_newest(news, ENOUGH)
    updated = items[0].date if items else context.catalogue.first or context.catalogue.changed or _NEVER
    rights = "; ".join(credit.credit.striptags() for credit in site.credits)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<id>{_identify('feed', path)}</id>",
        f"<title>{_escape(title)}</title>",
        f"<updated>{_time(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(site.canonical(path))}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(site.canonical(page))}/>',
        f"<author><name>{_escape(settings.publisher.name)}</name></author>",
        f"<rights>{_escape(rights)}</rights>",
        *(_write_entry(context, item) for item in items),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _write_entry(context: Context, item: Item) -> str:
    sentence, site = item.write(context.site), context.site
    page = addresses.service(item.slug) if item.slug else addresses.changes_of(item.date[:4])
    terms = "".join(
        f"<category term={quoteattr(name)} label={quoteattr(context.frame.name_category(name))}/>"
        for name in item.categories
    )
    return (
        f"<entry><id>{_identify_item(item)}</id><title>{_escape(sentence.text)}</title>"
        f"<updated>{_time(item.date)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(site.canonical(page))}/>{terms}'
        f"<content>{_escape(sentence.text)}</content></entry>"
    )


def _identify_item(item: Item) -> str:
    event = item.event
    details = [f"{key}={event.details[key]}" for key in sorted(event.details)]
    return _identify("event", item.date, event.domain, event.type, *details, str(item.number))


def _identify(*parts: str) -> str:
    """Return a name-based UUID, version 5 (RFC 9562, section 5.5); the module uuid reads clock and network card."""
    digest = bytearray(hashlib.sha1(_NAMESPACE + "\n".join(parts).encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return f"urn:uuid:{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def _time(date: str) -> str:
    return f"{date}T00:00:00Z"


def _escape(text: str) -> str:
    """Return a text as XML can hold it: without the control characters that it forbids."""
    return escape("".join(char for char in text if char >= " " or char in "\t\n"))
