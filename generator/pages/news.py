"""The events that matter to readers, each with the page and the categories of its service today (pure).

What the changes pages, the feeds and the home page tell is drawn from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape
from msgspec import Struct

from generator.catalogue.decisions.history import matters, write_news
from generator.catalogue.decisions.text import Text, isolate
from generator.model import Event
from generator.pages import addresses

if TYPE_CHECKING:
    from generator.pages.context import Context

#: The types of events, what says most to a reader first.
_ORDER = (
    "gained_2fa",
    "lost_2fa",
    "methods_gained",
    "methods_lost",
    "added",
    "removed",
    "moved",
    "merged",
    "renamed",
    "field_changed",
)
_RANKS = {name: rank for rank, name in enumerate(_ORDER)}


class Item(Struct, frozen=True, kw_only=True):
    """An event with its ISO date; ``slug`` is that of the page on its service today, None where there is none."""

    event: Event
    date: str
    slug: str | None
    categories: tuple[str, ...]

    @property
    def is_detail(self) -> bool:
        """Tell whether it says nothing of methods, names and services: a link or a note is another one."""
        return self.event.type == "field_changed"

    def write(self, base: str) -> Text:
        """Return the sentence, with a link on the name of the service; ``base`` stands before each path."""
        name = isolate(self.event.name)
        if self.slug is None:
            return write_news(self.event, name)
        href = escape(base + addresses.service(self.slug))
        return write_news(self.event, Text(name.text, f'<a href="{href}">{name.html}</a>'))


def list_news(context: Context) -> tuple[Item, ...]:
    """Return what changed, the newest day first; within a day what says most to a reader first."""
    ledger = context.catalogue.baseline.ledger
    places: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    items: list[Item] = []
    for event in context.catalogue.baseline.events:
        if not event.date or not matters(event):
            continue
        place = places.get(event.domain)
        if place is None:
            # A service that moved or merged is shown where it is today.
            summary = context.everyone.get(ledger.find_owner(event.domain))
            place = places[event.domain] = (summary.slug, summary.categories) if summary else (None, ())
        items.append(Item(event=event, date=event.date, slug=place[0], categories=place[1]))
    items.sort(key=lambda item: _RANKS[item.event.type])
    items.sort(key=lambda item: item.date, reverse=True)
    return tuple(items)


def take_newest(items: tuple[Item, ...], count: int, days: int) -> tuple[Item, ...]:
    """Return the newest items: whole days, as many as it takes to have so many items and so many days."""
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item.date not in seen:
            if place >= count and len(seen) >= days:
                return items[:place]
            seen.add(item.date)
    return items
