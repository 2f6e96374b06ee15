"""Domains and links as content and records may hold them (pure)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]\Z"
)
_HOST = re.compile(r"[^\s/?#<>\"'\\@]+\Z")
_LABEL = r"[^\s/?#<>\"'\\^`{|}@:.\[\]%]"
#: A host that readers reach too: a name with a dot in it, neither an address in figures nor a name that networks keep
#: for themselves. The schemas' patterns say the same, for the editors' programs.
_PUBLIC_HOST = re.compile(
    rf"(?:{_LABEL}+\.)+(?!(?:localhost|local|internal|invalid)(?::|\Z))(?!\d){_LABEL}+(?::\d+)?\Z", re.IGNORECASE
)
#: This machine, as its own programs call it.
_LOCAL_HOST = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]")

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


def is_domain(value: object) -> bool:
    """Tell whether a text is a domain name of two labels or more."""
    return not isinstance(value, str) or _DOMAIN.match(value) is not None


def is_web_url(value: object) -> bool:
    """Tell whether a text is an http or https address with a host and nothing that needs escaping."""
    return not isinstance(value, str) or _is_url(value, ("http", "https"))


def is_https_url(value: object) -> bool:
    """Tell whether a text is an https address that shows where it leads."""
    return not isinstance(value, str) or (_is_url(value, ("https",)) and not is_short_link(value))


def is_public_url(value: object) -> bool:
    """Tell whether a text is such an address of a page that every reader can open, as far as its host tells."""
    return not isinstance(value, str) or (is_https_url(value) and has_public_host(value))


def is_source_url(value: object) -> bool:
    """Tell whether a text is an address that data may come from: https, or http of this machine, for a trial."""
    return not isinstance(value, str) or is_https_url(value) or (_is_url(value, ("http",)) and _is_local(value))


def _is_local(url: str) -> bool:
    return _LOCAL_HOST.match(urlsplit(url).netloc) is not None


def has_public_host(url: str) -> bool:
    """Tell whether the host of an address can be one that readers reach, by its name alone."""
    return _PUBLIC_HOST.match(urlsplit(url).netloc) is not None


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
