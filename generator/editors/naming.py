"""What an editor means by a word: a domain, an address, a slug, a name or a file → the domain of a service."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.errors import UsageError
from generator.identity import first_label, fold, normalise_domain
from generator.pages import addresses
from generator.validation.addresses import is_domain
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.catalogue.merge import Catalogue
    from generator.formats.ledger import Ledger
    from generator.model import Service


class Names(Struct, frozen=True, kw_only=True):
    """Everything that services go by.

    ``services`` are the current ones by domain, ``owners`` maps each additional domain to its service's, ``slugs``
    each slug that was ever given to its domain, ``names`` each name and alias, folded, to the domains of those who bear
    it.
    """

    services: Mapping[str, Service]
    owners: Mapping[str, str]
    slugs: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    ledger: Ledger

    def has(self, domain: str) -> bool:
        """Tell whether a domain belongs to a service, or once did."""
        return domain in self.services or domain in self.owners or domain in self.ledger.services


def build_names(catalogue: Catalogue) -> Names:
    """Return everything that the services of a catalogue go by."""
    owners: dict[str, str] = {}
    slugs = dict(catalogue.ownership.holders)
    names: dict[str, tuple[str, ...]] = {}
    for service in catalogue.services:
        slugs[service.slug] = service.domain
        for domain in service.additional_domains:
            owners.setdefault(domain, service.domain)
        for name in {fold(service.name), fold(_without_region(service.name)), *map(fold, service.aliases)}:
            names[name] = (*names.get(name, ()), service.domain)
    services = {service.domain: service for service in catalogue.services}
    return Names(services=services, owners=owners, slugs=slugs, names=names, ledger=catalogue.baseline.ledger)


def _without_region(name: str) -> str:
    """Return a name without the country that tells it from others of the same name: ``ING [DE]`` → ``ING``."""
    return re.sub(r"\s*\[[^\]]*\]\Z", "", name) or name


# --- From a word to a domain ------------------------------------------------------------------------------------------

#: A page of a service on this site, with or without the site's own address.
_PAGE = re.compile(
    rf"(?:https?://[^?#]*|[^?#:]*)(?:{addresses.service('')[:-1]}|{addresses.share('')[:-1]})([a-z0-9-]+)/?(?:[?#].*)?"
)


def find_slug(word: str) -> str | None:
    """Return the slug in the address of a page, or in the path of a curated file; None in any other word."""
    word = word.strip()
    if word.endswith(".yaml"):
        return PurePath(word).stem
    match = _PAGE.fullmatch(f"/{word.lstrip('/')}" if "://" not in word else word)
    return match[1] if match else None


def find_domain(word: str, names: Names) -> str:
    """Return the domain that a word stands for: that of a service that we know, else the one that it spells out.

    Raises :class:`UsageError` where it is neither, or stands for several services.
    """
    if (slug := find_slug(word)) and slug in names.slugs:
        return names.slugs[slug]
    domain = parse_domain(word)
    bare = domain.removeprefix("www.")
    known = next((each for each in (domain, bare) if names.has(each)), None) or names.slugs.get(fold(word.strip()))
    if known:
        return known
    found = names.names.get(fold(word.strip()), ())
    if len(found) > 1:
        message = f"{word} is the name of {len(found)} services"
        raise UsageError(message, fix=f"name one by its domain: {', '.join(sorted(found))}")
    if found:
        return found[0]
    if "." in bare and is_domain(bare):
        return bare
    near = suggest_domain(word, names)
    message = f"{word.strip() or 'an empty word'} is neither a domain nor the slug or name of a service"
    raise UsageError(message, fix=f"did you mean {near}?" if near else "write a domain such as cliniko.com")


def parse_domain(word: str) -> str:
    """Return the domain in a word: ``https://www.Cliniko.com/x`` → ``www.cliniko.com``; else the word in lower case."""
    host = re.split(r"[/?#\\]", re.sub(r"\A[A-Za-z][A-Za-z0-9+.-]*://", "", word.strip()), maxsplit=1)[0]
    host = re.sub(r":\d*\Z", "", host.rpartition("@")[2])
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return host.lower()
    return normalise_domain(host)


def suggest_domain(word: str, names: Names) -> str | None:
    """Return the domain of the service that a word most likely means."""
    domain = parse_domain(word)
    current = {slug: owner for slug, owner in names.slugs.items() if owner in names.services}
    if "." not in domain:
        short = fold(word.strip())
        if near := suggest(short, (*current, *names.names)):
            return current.get(near) or names.names[near][0]
    labels = domain.split(".")
    above = (".".join(labels[count:]) for count in range(1, len(labels) - 1))
    parent = next((each for each in above if each in names.services or each in names.owners), None)
    near = parent or current.get(first_label(domain)) or suggest(domain, (*names.services, *names.owners))
    return names.owners.get(near, near) if near else None
