"""Formats of text that JSON Schema does not know: domains, links, days, Markdown without raw HTML (pure)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]\Z"
)
_HOST = re.compile(r"[^\s/?#<>\"'\\@]+\Z")
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]")
_RAW_HTML = re.compile(r"<(?:[A-Za-z/!?])")
_AUTOLINK = re.compile(r"<https?://[^\s<>]+>")
_CODE = re.compile(r"`[^`\n]*`")
#: What Markdown makes a heading of: a line that begins with #, also in a list or a quotation; a line underlined.
_HEADING = re.compile(
    r"^ {0,3}(?:(?:[-*+]|\d+\.) +|> ?)*(#{1,6}[^\n]*)|(?:\A|\n[ \t]*\n)(?![=-]+\s)( {0,3}\S[^\n]*)\n[=-]+[ \t]*$",
    re.MULTILINE,
)
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]*)|<(https?://[^\s<>]+)>", re.MULTILINE)

#: Services whose links lead somewhere else, which may change at any time. The schemas' patterns name them too, for the
#: editors' programs.
SHORTENERS = (
    "bit.ly",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "lnkd.in",
    "amzn.to",
)
_SHORT = re.compile(rf"https?://(?:www\.)?(?:{'|'.join(map(re.escape, SHORTENERS))})(?:[/?#:]|\Z)", re.IGNORECASE)
_GOOD_TARGET = re.compile(r"https://[^/]|mailto:|/(?!/)|#")


def is_domain(value: object) -> bool:
    """Tell whether a text is a domain name of two labels or more."""
    return not isinstance(value, str) or _DOMAIN.match(value) is not None


def is_web_url(value: object) -> bool:
    """Tell whether a text is an http or https address with a host and nothing that needs escaping."""
    return not isinstance(value, str) or _is_url(value, ("http", "https"))


def is_https_url(value: object) -> bool:
    """Tell whether a text is an https address that shows where it leads."""
    return not isinstance(value, str) or (_is_url(value, ("https",)) and not is_short_link(value))


def is_short_link(url: str) -> bool:
    """Tell whether an address is one of a link shortener."""
    return _SHORT.match(url) is not None


def is_base_url(value: object) -> bool:
    """Tell whether a text can be the address of a site: no query, no fragment; http is fine for a trial."""
    if not isinstance(value, str):
        return True
    return _is_url(value, ("http", "https")) and not {"?", "#"} & set(value)


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    host = parts.netloc
    return parts.scheme in schemes and bool(_HOST.match(host)) and not _UNSAFE.search(value)


def is_date(value: object) -> bool:
    """Tell whether a text is a day as YYYY-MM-DD that exists, from 2000 on."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return False
    try:
        return datetime.date.fromisoformat(value).year >= 2000
    except ValueError:
        return False


def is_markdown(value: object) -> bool:
    """Tell whether a text can be a part of a page: no raw HTML, no heading, no link that is not shown.

    ``<https://…>`` and code are fine.
    """
    if not isinstance(value, str) or not ("<" in value or "]" in value or "#" in value or "\n" in value):
        return True  # Neither HTML nor a link nor a heading does without.
    return find_raw_html(value) is None and find_bad_link(value) is None and find_heading(value) is None


def find_raw_html(text: str) -> str | None:
    """Return the word with the first thing in it that Markdown would take for HTML, from there on."""
    blank = _AUTOLINK.sub(_blank, _CODE.sub(_blank, text))
    match = _RAW_HTML.search(blank)
    return text[match.start() :].split(maxsplit=1)[0] if match else None


def find_bad_link(text: str) -> str | None:
    """Return the first target that is neither https, mailto, a path nor an anchor of this site, or is a short link."""
    targets = ("".join(match.groups("")) for match in _TARGET.finditer(_CODE.sub("", text)))
    return next((target for target in targets if not _GOOD_TARGET.match(target) or is_short_link(target)), None)


def find_heading(text: str) -> str | None:
    """Return the first line that Markdown would make a heading of."""
    match = _HEADING.search(text)
    return (match[1] or match[2]).rstrip() if match else None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


#: What a schema calls each format.
FORMATS: Mapping[str, Callable[[object], bool]] = {
    "domain": is_domain,
    "web-url": is_web_url,
    "https-url": is_https_url,
    "base-url": is_base_url,
    "date": is_date,
    "markdown": is_markdown,
}
