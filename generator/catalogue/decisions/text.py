"""Sentences as plain text and as HTML at once, so that what a machine reads equals what a reader sees (pure).

Most of what the page of a service says differs from what another page says in the name alone. Such a text is written
once for all of them, with :data:`OPEN` where the name belongs, and :meth:`Text.fill` puts the name in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import escape
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Stands where a text was left open: the control character DEL, which no text needs and which HTML and JSON leave as it
#: is. Where upstream has it all the same, a page shows the name there: text as well, so nothing can break.
PLACE = "\x7f"


class Text(Struct, frozen=True):
    """A piece of text and its HTML; the text content of ``html`` is ``text``, character for character."""

    text: str
    html: str

    def __str__(self) -> str:
        """Return the plain text."""
        return self.text

    def __html__(self) -> str:
        """Return the HTML, so that a template prints it as it is."""
        return self.html

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.text)

    def fill(self, value: Text) -> Text:
        """Return the text with ``value`` where :data:`OPEN` stands."""
        return Text(self.text.replace(PLACE, value.text), self.html.replace(PLACE, value.html))


EMPTY = Text("", "")

#: A value, most often a name, that is put in later.
OPEN = Text(PLACE, PLACE)


@lru_cache(maxsize=4096)
def plain(text: str) -> Text:
    """Return a text without any markup in it."""
    return Text(text, str(escape(text)))


@lru_cache(maxsize=8192)
def isolate(name: str) -> Text:
    """Return a name set apart from the direction of the text around it."""
    return Text(name, f"<bdi>{escape(name)}</bdi>")


@lru_cache(maxsize=1024)
def day(date: str) -> Text:
    """Return an ISO date, marked as one."""
    return Text(date, f'<time datetime="{escape(date)}">{escape(date)}</time>')


def link(url: str, label: Text | str) -> Text:
    """Return a link to another site. The address has passed the schema's allow-list (http, https, mailto)."""
    shown = label if isinstance(label, Text) else plain(label)
    return Text(shown.text, f'<a href="{escape(url)}" rel="nofollow noopener">{shown.html}</a>')


@lru_cache(maxsize=1024)
def _escape_phrase(phrase: str) -> str:
    return str(escape(phrase))


def say(phrase: str, **values: Text | str) -> Text:
    """Fill the ``{places}`` of a whole sentence."""
    texts = {key: value if isinstance(value, str) else value.text for key, value in values.items()}
    htmls = {key: str(escape(value)) if isinstance(value, str) else value.html for key, value in values.items()}
    return Text(phrase.format(**texts), _escape_phrase(phrase).format(**htmls))


def join(items: Sequence[Text], *, last: str = "and") -> Text:
    """Return ``A, B and C``."""
    if not items:
        return EMPTY
    if len(items) == 1:
        return items[0]
    head_text = ", ".join(item.text for item in items[:-1])
    head_html = ", ".join(item.html for item in items[:-1])
    return Text(f"{head_text} {last} {items[-1].text}", f"{head_html} {last} {items[-1].html}")


def sentences(*parts: Text | None) -> Text:
    """Return whole sentences one after the other; what is empty is left out."""
    said = [part for part in parts if part]
    if len(said) == 1:
        return said[0]
    return Text(" ".join(part.text for part in said), " ".join(part.html for part in said))


def capitalise(text: Text) -> Text:
    """Return the text with a capital first letter; for words of our own, which hold no markup."""
    return Text(text.text[:1].upper() + text.text[1:], text.html[:1].upper() + text.html[1:])


def possessive(name: Text, *, ends_in_s: bool) -> Text:
    """Return ``Cliniko's`` or ``Xbox Games'``."""
    ending = "'" if ends_in_s else "'s"
    return Text(name.text + ending, f"{name.html}{escape(ending)}")
