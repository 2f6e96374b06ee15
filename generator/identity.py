"""Domains, slugs and first labels: how a service gets the one address it keeps (pure).

A slug once given belongs to its service for ever; the ledger remembers. This module only says which slug a newcomer
gets.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Names that Windows keeps for devices: a checkout there can have no such file, and a server no such folder. Source:
#: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)

#: Path segments below ``/2fa-directory/`` that no service can take: lists have them, or no folder can.
RESERVED = DEVICES | {
    *("category", "method", "region", "no-2fa", "weak-2fa", "passkeys"),
    *("everywhere", "all", "search", "api", "changes"),
}

#: How long a slug may be, in bytes. File systems take names of 255, and a curated file adds its ending.
MAX_SLUG = 100

_SLUG = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")


def normalise_domain(domain: str) -> str:
    """Return the domain as an identity: lower-case, without a dot at the end."""
    return domain.strip().rstrip(".").lower()


_COUNTRY = re.compile(r"\s*\[[A-Za-z]{2}\]$")


def plain_name(name: str) -> str:
    """Return a name as moves compare it: case-folded, without a country in brackets at its end."""
    return _COUNTRY.sub("", name).strip().casefold()


def first_label(domain: str) -> str:
    """Return what stands before the first dot: ``cliniko`` of ``cliniko.com``."""
    return domain.split(".", 1)[0]


def is_slug(text: str) -> bool:
    """Tell whether a text can be a path segment that this module makes: of a service or of a group."""
    return len(text) <= MAX_SLUG and text not in DEVICES and _SLUG.fullmatch(text) is not None


def is_service_slug(text: str) -> bool:
    """Tell whether a text can be the slug of a service."""
    return text not in RESERVED and is_slug(text)


def assign_slugs(taken: Mapping[str, str], newcomers: Iterable[str]) -> dict[str, str]:
    """Give each new domain a slug that no other service holds.

    ``taken`` maps domain → slug for every service ever published. A newcomer gets its first label, if that is neither
    taken nor reserved nor wanted by another newcomer; else the whole domain with dashes for dots, as many dashes a
    dot as it takes to be unique. One that is too long is cut, with a hash at its end. The result depends on the set of
    newcomers, never on its order.
    """
    domains = sorted(set(newcomers) - taken.keys())
    used = set(taken.values()) | RESERVED
    wanted = Counter(first_label(domain) for domain in domains)
    slugs: dict[str, str] = {}
    for domain in domains:
        label = first_label(domain)
        if wanted[label] == 1 and label not in used:
            slugs[domain] = label
    used.update(slugs.values())
    for domain in domains:
        if domain in slugs:
            continue
        dashes = 1
        while (slug := _shorten(domain.replace(".", "-" * dashes))) in used:
            dashes += 1
        slugs[domain] = slug
        used.add(slug)
    return slugs


_LEFT_OUT = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def slugify(name: str) -> str:
    """Return a name as a path segment, accents folded: ``Crédit & more`` → ``credit-more``; never empty.

    One that is too long is cut, with a hash at its end; so is the name of a device completed.
    """
    slug = _LEFT_OUT.sub("-", fold(name)).strip("-") or f"x{name.encode().hex()}"
    return _add_hash(slug) if slug in DEVICES else _shorten(slug)


def _shorten(slug: str) -> str:
    return slug if len(slug) <= MAX_SLUG else _add_hash(slug)


def _add_hash(slug: str) -> str:
    """Return the beginning of a slug with the hash of the whole, so that two long ones stay apart."""
    digest = hashlib.sha256(slug.encode()).hexdigest()[:_HASH]
    return f"{slug[: MAX_SLUG - _HASH - 1].rstrip('-')}-{digest}"


#: Digits of the hash: two names that begin alike get one address by chance once in four billion.
_HASH = 8


def fold(text: str) -> str:
    """Return the text without accents and case: what A to Z and search compare (NFKD, then case-folded)."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def sort_key(name: str, domain: str) -> tuple[int, str, str, str]:
    """Return the key by which A to Z sorts: letters first, then digits, then other scripts; no locale involved."""
    folded = fold(name).lstrip("\"'([{<#*-_.!?¡¿ ") or fold(name)
    first = folded[:1]
    group = 0 if "a" <= first <= "z" else 1 if first.isdigit() else 2
    return group, folded, name, domain


def initial(name: str) -> str:
    """Return the heading under which A to Z shows a name: a letter, ``0–9`` or ``Other``."""
    group, folded, _, _ = sort_key(name, "")
    return folded[0].upper() if group == 0 else "0–9" if group == 1 else "Other"
