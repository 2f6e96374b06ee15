"""The parser of Markdown, and the cleaner of what it makes (pure).

Editors' Markdown is rendered, then cleaned against a short allow-list: whatever the parser lets through, no script
and no foreign image gets on a page.
"""

from __future__ import annotations

from functools import cache

import markdown
import nh3
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

_TAGS = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, **{heading: {"id"} for heading in ("h2", "h3", "h4")}}
_SCHEMES = {"https", "mailto"}


@cache
def build_parser() -> markdown.Markdown:
    """Return the parser that all pages share, before anything is cleaned."""
    # Classes, not names: for a name the library looks through everything that is installed, which takes 30 ms.
    return markdown.Markdown(
        extensions=[AttrListExtension(), SaneListExtension(), TableExtension()], output_format="html"
    )


def parse_markdown(text: str) -> str:
    """Return a text as clean HTML, with its links as they were written."""
    parser = build_parser()
    parser.reset()
    raw = parser.convert(text)
    return nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
