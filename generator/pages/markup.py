"""Markdown → clean HTML and its text (pure, but for what it remembers).

Rendering costs a millisecond a document and its parser 20 ms to import, so every text is rendered once, and what came
of it can be kept from one build to the next: :func:`remember` and :func:`take_new`.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = re.compile(r"<[^>]*>")
_INTERNAL_LINK = re.compile(r'(<a (?:title="[^"]*" )?href=")(/[^"]*")')
_EXTERNAL_LINK = re.compile(r'<a (?=(?:title="[^"]*" )?href="https:)')

#: A line that holds nothing that Markdown or HTML reads, but for words in bold: four fifths of what editors write.
_CHARACTER = r"[^\n\r\t\xa0\\`*_{}\[\]<>&|~\x00-\x1f]"
_BOLD = rf"(?<!\*)\*\*(?=[^\W_])({_CHARACTER}+)(?<=[^\W_])\*\*(?!\*)"
_LINE = re.compile(rf"(?:[^\W\d_]|{_BOLD})(?:{_CHARACTER}|{_BOLD})*(?<! )")
_STRONG = re.compile(_BOLD)
_ONE_PARAGRAPH = re.compile(r"<p>(?:(?!</?p>).)*</p>\s*\Z", re.DOTALL)

#: Text → clean HTML; and those of it that nobody has taken yet to keep them.
_known: dict[str, str] = {}
_new: dict[str, str] = {}


def remember(rendered: Mapping[str, str]) -> None:
    """Take over what another build or process rendered."""
    _known.update(rendered)


def take_new() -> dict[str, str]:
    """Return what was rendered since this was last asked for."""
    taken = dict(_new)
    _new.clear()
    return taken


def clean_markdown(text: str) -> str:
    """Return a text as clean HTML."""
    if _LINE.fullmatch(text):
        return "<p>" + _STRONG.sub(r"<strong>\1</strong>", text) + "</p>"
    if text not in _known:
        # Imported here because most builds meet no text that is new.
        from generator.pages.parser import parse_markdown

        _known[text] = _new[text] = parse_markdown(text)
    return _known[text]


@cache
def render_markdown(text: str, base_path: str = "") -> Markup:
    """Return clean HTML; links inside the site get the path of the base URL, links to other sites ``rel``."""
    linked = _INTERNAL_LINK.sub(rf"\1{base_path}\2", clean_markdown(text))
    return Markup(_EXTERNAL_LINK.sub('<a rel="nofollow noopener" ', linked))  # noqa: S704 (cleaned)


@cache
def render_inline(text: str, base_path: str = "") -> Markup:
    """Return clean HTML without the paragraph around it, where there is just one: for list items."""
    rendered = render_markdown(text, base_path)
    if _ONE_PARAGRAPH.fullmatch(rendered):
        return Markup(rendered.strip().removeprefix("<p>").removesuffix("</p>"))  # noqa: S704 (cleaned)
    return rendered


def text_of(rendered: str) -> str:
    """Return the text content of clean HTML, as a browser has it."""
    return html.unescape(_TAG.sub("", rendered))
