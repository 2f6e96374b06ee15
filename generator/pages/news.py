"""The events that matter to readers, each with the page and the categories of its service today (pure).

What the changes page, the feeds and the home page tell is drawn from here.
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
    from generator.pages.page import SiteView


#: The order within a day: what tells a reader most comes first.
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


class Item(Struct, frozen=True, kw_only=True):
    """An event with its ISO date; ``slug`` is that of the page on its service today, None where there is none.

    ``number`` tells events apart that say the same of one service on one day, from 1 in the order of the history.
    """

    event: Event
    date: str
    slug: str | None
    categories: tuple[str, ...]
    number: int = 1

    @property
    def is_detail(self) -> bool:
        """Tell whether it is about a link, a note or the like."""
        return self.event.type == "field_changed"

    def write(self, site: SiteView) -> Text:
        """Return the sentence, with a link on the name of the service."""
        name = isolate(self.event.name)
        if self.slug is None:
            return write_news(self.event, name)
        href = escape(site.href(addresses.service(self.slug)))
        return write_news(self.event, Text(name.text, f'<a href="{href}">{name.html}</a>'))


def list_news(context: Context) -> tuple[Item, ...]:
    """Return what changed, the newest day first; within a day first what tells a reader most."""
    catalogue = context.catalogue
    seen: dict[tuple[object, ...], int] = {}
    items: list[Item] = []
    for event in catalogue.events:
        if not event.date or not matters(event):
            continue
        key = (event.date, event.domain, event.type, repr(sorted(event.details.items())))
        seen[key] = seen.get(key, 0) + 1
        # A service that moved or merged is shown where it is today.
        summary = context.everyone.get(catalogue.ledger.find_owner(event.domain))
        items.append(
            Item(
                event=event,
                date=event.date,
                slug=summary.slug if summary else None,
                categories=summary.categories if summary else (),
                number=seen[key],
            )
        )
    items.sort(key=_rank)
    return tuple(sorted(items, key=lambda item: item.date, reverse=True))


def _rank(item: Item) -> tuple[int, str, str]:
    return _ORDER.index(item.event.type), item.event.name.casefold(), item.event.domain


def take_newest(items: tuple[Item, ...], count: int) -> tuple[Item, ...]:
    """Return the newest items, about so many: whole days only, and at least one of them."""
    if len(items) <= count:
        return items
    last = items[count - 1].date
    whole = tuple(item for item in items if item.date > last)
    return whole or tuple(item for item in items if item.date == last)
