"""Markdown → clean HTML and its text (pure). Each text is rendered once in a run: that costs a millisecond."""

from __future__ import annotations

import html
import re
from functools import cache

from markupsafe import Markup

_TAG = re.compile(r"<[^>]*>")
_INTERNAL_LINK = re.compile(r'(<a (?:title="[^"]*" )?href=")(/[^"]*")')
_EXTERNAL_LINK = re.compile(r'<a (?=(?:title="[^"]*" )?href="https:)')

#: A line that holds nothing that Markdown or HTML reads, but for words in bold: four fifths of what editors write.
_CHARACTER = r"[^\n\r\t\xa0\\`*_{}\[\]<>&|~\x00-\x1f]"
_BOLD = rf"(?<!\*)\*\*(?=[^\W_])({_CHARACTER}+)(?<=[^\W_])\*\*(?!\*)"
_LINE = re.compile(rf"(?:[^\W\d_]|{_BOLD})(?:{_CHARACTER}|{_BOLD})*(?<! )")
_STRONG = re.compile(_BOLD)
_ONE_PARAGRAPH = re.compile(r"<p>(?:(?!</?p>).)*</p>\s*\Z", re.DOTALL)


def clean_markdown(text: str) -> str:
    """Return a text as clean HTML."""
    if _LINE.fullmatch(text):
        return "<p>" + _STRONG.sub(r"<strong>\1</strong>", text) + "</p>"
    # Imported here because it takes longer than to build the pages of a guide, and few guides need it.
    from generator.pages.parser import parse_markdown

    return parse_markdown(text)


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
