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
_ONE_PARAGRAPH = re.compile(r"<p>(?:(?!</?p>).)*</p>\s*\Z", re.DOTALL)


@cache
def _build_parser() -> markdown.Markdown:
    return markdown.Markdown(extensions=["attr_list", "sane_lists", "tables"], output_format="html")


@cache
def render_markdown(text: str, base_path: str = "") -> Markup:
    """Return clean HTML; links inside the site get the path of the base URL, links to other sites ``rel``."""
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
