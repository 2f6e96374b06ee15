"""Check the output before it is published (pure): no link leads nowhere, no address was lost."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from generator.errors import InvalidError
from generator.pages import addresses
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from generator.formats.ledger import Ledger

_ATTRIBUTES = (b"href", b"src", b"action", b"data-index", b"data-status")
#: The values of these attributes and of any other: quicker to find, and most are links that were seen before.
_VALUE = re.compile(rb'="([/#][^"]*)"')
#: What stands in a path and means something else in a link.
_WRITTEN = re.compile(r"[#?&]")
_ID = re.compile(rb' id="([^"]*)"')

#: What these pages hold depends on what upstream lists. A place on one of them that a guide links to may go away over
#: night, and a change upstream never turns content into an error; the link leads to the page itself then.
_CHANGING = ("/2fa-directory/", "/share-2fa-for/")

#: How many findings of a kind are worth printing.
_ENOUGH = 20


#: A place on a page: the path of the page, and the anchor.
Anchor = tuple[str, str]

#: The links of one page: those that lead nowhere, and the places on other pages that it links to.
Links = tuple[tuple[str, ...], tuple[Anchor, ...]]


class LinkChecker:
    """Checks pages against the paths of the whole site."""

    def __init__(self, paths: Collection[str], base_path: str) -> None:
        self._paths = paths
        self._base_path = base_path
        #: Links to pages that are there, whatever page they stand on.
        self._plain: set[bytes] = set()
        self._others: dict[bytes, tuple[str, str]] = {}

    def expect_all(self) -> None:
        """Prepare for the links of many pages: they lead to most paths of the site."""
        self._plain.update(f"{self._base_path}{path}".encode() for path in self._paths if not _WRITTEN.search(path))

    def check(self, path: str, data: bytes) -> Links:
        """Return what a page links to that is not there, and what other pages must have for its links to work."""
        dead, anchors = [], []
        for value in set(_VALUE.findall(data)) - self._plain:
            place, anchor = self._others.get(value) or self._look_up(value)
            if (place and not anchor) or (place in {"", path} and anchor and b' id="%b"' % anchor.encode() in data):
                continue
            if anchor and (place or path).startswith(_CHANGING):
                continue
            if _is_link(value, data):
                if place in {"", path}:
                    dead.append(value.decode())
                else:
                    anchors.append((place, anchor))
        return tuple(sorted(dead)), tuple(sorted(anchors))

    def _look_up(self, value: bytes) -> tuple[str, str]:
        place, anchor = self._find(value.decode()) or ("", "")
        if place and not anchor:
            self._plain.add(value)
        elif anchor:
            self._others[value] = place, anchor
        return place, anchor

    def _find(self, href: str) -> tuple[str, str] | None:
        """Return page and anchor that a link leads to; an empty page for its own; None where there is no such page."""
        target, _, anchor = html.unescape(href).partition("#")
        place = self._strip(target.split("?", 1)[0])
        return (place, anchor) if place is not None and (place in self._paths or not place) else None

    def _strip(self, target: str) -> str | None:
        """Return a link as a path of the site; None where it leaves the path of the base URL."""
        if not target or not self._base_path:
            return target
        return target.removeprefix(self._base_path) if target.startswith(self._base_path + "/") else None


def _is_link(value: bytes, data: bytes) -> bool:
    return any(b' %b="%b"' % (attribute, value) in data for attribute in _ATTRIBUTES)


def find_anchors(data: bytes) -> frozenset[str]:
    """Return the anchors of a page."""
    return frozenset(found.decode() for found in _ID.findall(data))


def report_dead(path: str, href: str) -> Problem:
    """Return the finding for a link that leads nowhere."""
    return Problem(path=addresses.file_of(path), rule="dead-link", message=f"the link {href} leads nowhere")


def find_lost_addresses(ledger: Ledger, paths: Collection[str]) -> list[Problem]:
    """Return a finding for every address that was published once and that the output no longer has."""
    published = set(ledger.addresses)
    for row in ledger.services.values():
        published.add(addresses.service(row.slug))
        if row.share:
            published.add(addresses.share(row.slug))
    return [
        Problem(path="data/ledger.json", rule="lost-address", message=f"the published address {path} would be lost")
        for path in sorted(published.difference(paths))
    ]


def refuse(problems: Iterable[Problem]) -> None:
    """Raise :class:`InvalidError` where there is any finding: then the output must not be published."""
    found = sorted(problems, key=lambda problem: (problem.rule != "lost-address", problem))
    if found:
        message = f"the site was not published: {_count(found)}"
        fix = "mend the template or content file that made the link"
        raise InvalidError(message, problems=found[:_ENOUGH], fix=fix)


def _count(problems: Iterable[Problem]) -> str:
    rules = [problem.rule for problem in problems]
    named = {"lost-address": ("lost address", "lost addresses"), "dead-link": ("dead link", "dead links")}
    counts = {rule: rules.count(rule) for rule in named if rule in rules}
    return ", ".join(f"{count} {named[rule][count > 1]}" for rule, count in counts.items())
