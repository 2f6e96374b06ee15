"""How the site wants to be hosted: as what each kind of file is sent, in which order, how long it may be kept (pure).

One table for all ways of publishing: ``_headers`` and ``_redirects``, which hosts read that take whole folders
(Cloudflare Pages, Netlify), and the headers of uploads to a bucket.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.pages import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.pages.redirects import Redirect

#: Asked for anew at every use, which costs an answer without a body where nothing changed. What hosts of whole folders
#: say of their own accord, so that ``_headers`` need not: rules that overlap would be joined, not replaced.
FRESH = "public, max-age=0, must-revalidate"
#: Ten minutes, a day; what has the hash of its content in its name, for ever.
BRIEF, DAY = "public, max-age=600", "public, max-age=86400"
FOR_EVER = "public, max-age=31536000, immutable"

#: What a page may load: the site's own style, scripts, pictures and data, nothing from anybody else, nothing inline.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Headers of every answer.
SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Content-Security-Policy", CONTENT_POLICY),
)


class Stage(IntEnum):
    """In which order files are sent: whatever leads to others comes after them."""

    ASSETS = 0
    PAGES = 1
    LISTS = 2
    INDEXES = 3
    DATA = 4
    STATUS = 5


class Kind(Struct, frozen=True, kw_only=True):
    """Files that are hosted alike: their addresses in the syntax of ``_headers``, when they are sent, how long kept.

    ``is_open`` says that pages of other sites may read them.
    """

    patterns: tuple[str, ...]
    stage: Stage
    cache: str = FRESH
    is_open: bool = False


#: The history as Atom: all of it, and a category's.
FEEDS = ("/changes.atom", "/2fa-directory/category/:name/changes.atom")

#: The first kind that fits counts. In ``_headers`` all that fit do, so no two may give one address a ``Cache-Control``
#: other than FRESH.
KINDS = (
    Kind(patterns=("/assets/*",), stage=Stage.ASSETS, cache=FOR_EVER),
    Kind(patterns=("/api/v1/status.json",), stage=Stage.STATUS),
    # What belongs together is never kept apart: a program that reads two of these files gets both of one day.
    Kind(patterns=("/api/v1/*",), stage=Stage.DATA, is_open=True),
    Kind(patterns=("/schemas/*",), stage=Stage.INDEXES, cache=DAY, is_open=True),
    Kind(patterns=FEEDS, stage=Stage.INDEXES, cache=BRIEF, is_open=True),
    Kind(patterns=(addresses.SEARCH_INDEX, addresses.SITEMAP, "/sitemap-*"), stage=Stage.INDEXES, cache=BRIEF),
    Kind(
        patterns=(
            *(addresses.HOME, addresses.DIRECTORY, addresses.NO_2FA, addresses.WEAK_2FA, addresses.PASSKEYS),
            *(addresses.EVERYWHERE, addresses.EDITORS, "/changes/*", "/stats/"),
            *("/2fa-directory/category/*", "/2fa-directory/method/*", "/2fa-directory/region/*"),
        ),
        stage=Stage.LISTS,
    ),
    Kind(patterns=("/*/", addresses.NOT_FOUND), stage=Stage.PAGES),
    Kind(patterns=("/*",), stage=Stage.INDEXES),
)

#: The type of each file by the end of its name; text is always UTF-8.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".sqlite": "application/vnd.sqlite3",
}
#: Files whose name doesn't tell it, by address.
NAMED_TYPES = {
    addresses.HEADERS: "text/plain; charset=utf-8",
    addresses.REDIRECTS: "text/plain; charset=utf-8",
    "/opensearch.xml": "application/opensearchdescription+xml",
}
UNKNOWN_TYPE = "application/octet-stream"

#: Types that hosts can't be expected to know, by address.
_TOLD = (*FEEDS, "/opensearch.xml", "/api/v1/directory.sqlite")


@cache
def _compile() -> re.Pattern[str]:
    return re.compile("|".join(f"({'|'.join(map(_translate, kind.patterns))})" for kind in KINDS))


def _translate(pattern: str) -> str:
    """Return the regular expression for an address in the syntax of ``_headers``."""
    parts = re.split(r"(\*|:\w+)", pattern)
    return "".join(".*" if part == "*" else "[^/]+" if part.startswith(":") else re.escape(part) for part in parts)


def find_kind(name: str) -> Kind:
    """Return the kind of a file of the output, by its name."""
    match = _compile().fullmatch(addresses.path_of(name))
    return KINDS[match.lastindex - 1] if match and match.lastindex else KINDS[-1]


def find_type(name: str) -> str:
    """Return the media type of a file of the output, by its name."""
    dot = name.rfind(".")
    return NAMED_TYPES.get(f"/{name}") or TYPES.get(name[dot:] if dot > name.rfind("/") else "", UNKNOWN_TYPE)


def build_headers(base_path: str) -> bytes:
    """Return ``_headers``: what a host of whole folders answers with, besides what it says of its own accord."""
    rules: dict[str, list[tuple[str, str]]] = {"/*": list(SECURITY)}
    for kind in KINDS:
        for pattern in kind.patterns:
            wanted = [("Cache-Control", kind.cache)] if kind.cache != FRESH else []
            wanted += [("Access-Control-Allow-Origin", "*")] if kind.is_open else []
            if wanted:
                rules.setdefault(pattern, []).extend(wanted)
    for pattern in _TOLD:
        rules.setdefault(pattern, []).append(("Content-Type", find_type(pattern.lstrip("/"))))
    blocks = [
        "".join([f"{base_path}{pattern}\n", *(f"  {name}: {value}\n" for name, value in headers)])
        for pattern, headers in rules.items()
    ]
    return "\n".join(blocks).encode()


def build_redirects(redirects: Iterable[Redirect], base_path: str) -> bytes:
    """Return ``_redirects``: a line for each address that leads elsewhere, the newest first.

    Cloudflare reads 2,000 lines and leaves out the rest; an address that it doesn't know has its page all the same.
    """
    newest = sorted(
        sorted(redirects, key=lambda redirect: redirect.path), key=lambda redirect: redirect.since, reverse=True
    )
    return "".join(f"{base_path}{redirect.path} {base_path}{redirect.target} 301\n" for redirect in newest).encode()
