"""Markdown → clean HTML and its text (pure).

Editors' Markdown is rendered, then cleaned against a short allow-list: whatever the parser lets through, no script
and no foreign image gets on a page. Rendering costs a millisecond a document, so every text is rendered once a build.
"""

from __future__ import annotations

import html
import re
from functools import cache

import markdown
import nh3
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markupsafe import Markup

_TAGS = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, **{heading: {"id"} for heading in ("h2", "h3", "h4")}}
_SCHEMES = {"https", "mailto"}
_TAG = re.compile(r"<[^>]*>")
_INTERNAL_LINK = re.compile(r'(<a (?:title="[^"]*" )?href=")(/[^"]*")')
_EXTERNAL_LINK = re.compile(r'<a (?=(?:title="[^"]*" )?href="https:)')

#: A line that starts with a letter and holds nothing that Markdown or HTML reads: a third of what editors write.
_PLAIN = re.compile(r"[^\W\d_][^\n\r\t\xa0\\`*_{}\[\]<>&|~\x00-\x1f]*(?<! )")
_ONE_PARAGRAPH = re.compile(r"<p>(?:(?!</?p>).)*</p>\s*\Z", re.DOTALL)


@cache
def _build_parser() -> markdown.Markdown:
    # Classes, not names: for a name the library looks through everything that is installed, which takes 30 ms.
    return markdown.Markdown(
        extensions=[AttrListExtension(), SaneListExtension(), TableExtension()], output_format="html"
    )


@cache
def render_markdown(text: str, base_path: str = "") -> Markup:
    """Return clean HTML; links inside the site get the path of the base URL, links to other sites ``rel``."""
    if _PLAIN.fullmatch(text):
        return Markup(f"<p>{text}</p>")  # noqa: S704 (nothing to clean)
    parser = _build_parser()
    parser.reset()
    raw = parser.convert(text)
    clean = nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    clean = _INTERNAL_LINK.sub(rf"\1{base_path}\2", clean)
    clean = _EXTERNAL_LINK.sub('<a rel="nofollow noopener" ', clean)
    return Markup(clean)  # noqa: S704 (cleaned above)


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
