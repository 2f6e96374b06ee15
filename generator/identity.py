"""Domains, slugs and first labels: how a service gets the one address it keeps (pure).

A slug once given belongs to its service for ever; the ledger remembers. This module only says which slug a newcomer
gets.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Path segments below ``/2fa-directory/`` that belong to lists, so that no service can take them.
RESERVED = frozenset(
    {"category", "method", "region", "no-2fa", "weak-2fa", "passkeys", "everywhere", "all", "search", "api", "changes"}
)


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


def assign_slugs(taken: Mapping[str, str], newcomers: Iterable[str]) -> dict[str, str]:
    """Give each new domain a slug that no other service holds.

    ``taken`` maps domain → slug for every service ever published. A newcomer gets its first label, if that is neither
    taken nor reserved nor wanted by another newcomer; else the whole domain with dashes for dots, as many dashes a
    dot as it takes to be unique. The result depends on the set of newcomers, never on its order.
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
        while (slug := domain.replace(".", "-" * dashes)) in used:
            dashes += 1
        slugs[domain] = slug
        used.add(slug)
    return slugs


_LEFT_OUT = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def slugify(name: str) -> str:
    """Return a name as a path segment, accents folded: ``Crédit & more`` → ``credit-more``; never empty."""
    return _LEFT_OUT.sub("-", fold(name)).strip("-") or f"x{name.encode().hex()}"


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
