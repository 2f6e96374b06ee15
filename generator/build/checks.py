"""What must be true of the output before it is published (pure): nothing points nowhere, no address was lost."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from generator.errors import InvalidError
from generator.pages import addresses
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from generator.formats.ledger import Ledger

_HREF = re.compile(rb' (?:href|src|action|data-index)="([/#][^"]*)"')
_ID = re.compile(r' id="([^"]*)"')

#: How many findings of a kind are worth printing.
_ENOUGH = 20


def find_lost_addresses(ledger: Ledger, paths: Collection[str]) -> list[str]:
    """Return every address that was published once and that the output no longer has."""
    published = set(ledger.addresses)
    for row in ledger.services.values():
        published.add(addresses.service(row.slug))
        if row.share:
            published.add(addresses.share(row.slug))
    return sorted(published.difference(paths))


def find_dead_links(pages: Mapping[str, bytes], paths: Collection[str], base_path: str) -> list[Problem]:
    """Return every link inside the site whose page or anchor does not exist."""
    problems = []
    anchors = _AnchorIndex(pages)
    targets: dict[str, str | None] = {}
    for path, data in pages.items():
        for found in set(_HREF.findall(data)):
            href = found.decode()
            target, _, anchor = html.unescape(href).partition("#")
            target = target.split("?", 1)[0]
            if target not in targets:
                targets[target] = _strip(target, base_path)
            place = targets[target] if target else path
            if place is None or (place not in paths) or (anchor and not anchors.has(place, anchor)):
                message = f"the link {href} leads nowhere"
                problems.append(Problem(path=addresses.file_of(path), rule="dead-link", message=message))
    return problems


def _strip(target: str, base_path: str) -> str | None:
    """Return a link as a path of the site; None where it leaves the path of the base URL."""
    if not base_path:
        return target
    return target.removeprefix(base_path) if target.startswith(base_path + "/") else None


class _AnchorIndex:
    """The anchors of each page, found when first asked for."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = pages
        self._found: dict[str, frozenset[str]] = {}

    def has(self, path: str, anchor: str) -> bool:
        if path not in self._found:
            self._found[path] = frozenset(_ID.findall(self._pages.get(path, b"").decode()))
        return anchor in self._found[path]


def check_output(pages: Mapping[str, bytes], paths: Collection[str], ledger: Ledger, base_path: str) -> None:
    """Raise :class:`InvalidError` where the output must not be published."""
    problems = [
        Problem(path="data/ledger.json", rule="lost-address", message=f"the published address {path} would be lost")
        for path in find_lost_addresses(ledger, paths)
    ]
    problems += find_dead_links(pages, paths, base_path)
    if problems:
        message = f"the site was not published: {_count(problems)}"
        raise InvalidError(
            message, problems=problems[:_ENOUGH], fix="mend the template or content file that made the link"
        )


def _count(problems: Iterable[Problem]) -> str:
    rules = [problem.rule for problem in problems]
    named = {"lost-address": ("lost address", "lost addresses"), "dead-link": ("dead link", "dead links")}
    counts = {rule: rules.count(rule) for rule in named if rule in rules}
    return ", ".join(f"{count} {named[rule][count > 1]}" for rule, count in counts.items())
