"""Sentences as plain text and as HTML at once, so that what a machine reads equals what a reader sees (pure)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class Text(Struct, frozen=True):
    """A piece of text and its HTML; the text content of ``html`` is ``text``, character for character."""

    text: str
    html: Markup

    def __str__(self) -> str:
        """Return the plain text."""
        return self.text

    def __html__(self) -> Markup:
        """Return the HTML, so that a template prints it as it is."""
        return self.html

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.text)


EMPTY = Text("", Markup(""))


@lru_cache(maxsize=4096)
def plain(text: str) -> Text:
    """Return a text without any markup in it."""
    return Text(text, escape(text))


@lru_cache(maxsize=8192)
def isolate(name: str) -> Text:
    """Return a name set apart from the direction of the text around it."""
    return Text(name, Markup(f"<bdi>{escape(name)}</bdi>"))  # noqa: S704 (escaped in the same breath)


@lru_cache(maxsize=1024)
def day(date: str) -> Text:
    """Return an ISO date, marked as one."""
    return Text(date, Markup(f'<time datetime="{escape(date)}">{escape(date)}</time>'))  # noqa: S704


def link(url: str, label: Text | str) -> Text:
    """Return a link to another site. The address has passed the schema's allow-list (http, https, mailto)."""
    shown = label if isinstance(label, Text) else plain(label)
    return Text(shown.text, Markup(f'<a href="{escape(url)}" rel="nofollow noopener">{shown.html}</a>'))  # noqa: S704


@lru_cache(maxsize=1024)
def _escape_phrase(phrase: str) -> str:
    return str(escape(phrase))


def say(phrase: str, **values: Text | str) -> Text:
    """Fill the ``{places}`` of a whole sentence."""
    texts = {key: value if isinstance(value, str) else value.text for key, value in values.items()}
    htmls = {key: escape(value) if isinstance(value, str) else value.html for key, value in values.items()}
    return Text(phrase.format(**texts), Markup(_escape_phrase(phrase).format(**htmls)))  # noqa: S704 (each value is)


def join(items: Sequence[Text], *, last: str = "and") -> Text:
    """Return ``A, B and C``."""
    if not items:
        return EMPTY
    if len(items) == 1:
        return items[0]
    head_text = ", ".join(item.text for item in items[:-1])
    head_html = ", ".join(item.html for item in items[:-1])
    return Text(
        f"{head_text} {last} {items[-1].text}",
        Markup(f"{head_html} {last} {items[-1].html}"),  # noqa: S704 (joined from HTML)
    )


def sentences(*parts: Text | None) -> Text:
    """Return whole sentences one after the other; what is empty is left out."""
    said = [part for part in parts if part]
    return Text(" ".join(part.text for part in said), Markup(" ").join(part.html for part in said))


def capitalise(text: Text) -> Text:
    """Return the text with a capital first letter; for words of our own, which hold no markup."""
    return Text(text.text[:1].upper() + text.text[1:], Markup(text.html[:1].upper() + text.html[1:]))  # noqa: S704


def possessive(name: str) -> Text:
    """Return ``Cliniko's`` or ``Xbox Games'``."""
    ending = "'" if name[-1:].lower() == "s" else "'s"
    isolated = isolate(name)
    return Text(name + ending, isolated.html + Markup(escape(ending)))  # noqa: S704
