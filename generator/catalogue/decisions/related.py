"""Neighbours of a service: related ones, and alternatives that have 2FA (pure).

Both are the next in A to Z order, round the end, among the services of the same first category and the same regions:
a choice that does not look at methods, so that one service's news changes one page.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import Service, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: How many neighbours a page names.
HOW_MANY = 6

#: The category that holds what fits nowhere else: its services have nothing in common.
UNRELATED = "other"

Group = tuple[str, tuple[str, ...]]


def find_neighbours(services: Iterable[Service]) -> Mapping[str, tuple[Service, ...]]:
    """Return domain → related services. ``services`` come in A to Z order."""
    return _find(services, wanted=None)


def find_alternatives(services: Iterable[Service]) -> Mapping[str, tuple[Service, ...]]:
    """Return domain → services like it that have 2FA, for each service without. ``services`` come in A to Z order."""
    return _find(services, wanted=Verdict.YES)


def _find(services: Iterable[Service], *, wanted: Verdict | None) -> dict[str, tuple[Service, ...]]:
    groups: dict[Group, list[Service]] = defaultdict(list)
    for service in services:
        if service.categories and service.categories[0] != UNRELATED:
            groups[service.categories[0], service.own_regions].append(service)
    found: dict[str, tuple[Service, ...]] = {}
    for members in groups.values():
        for place, service in enumerate(members):
            if wanted and decide_verdict(service) is wanted:
                continue
            others = members[place + 1 :] + members[:place]
            if wanted:
                others = [other for other in others if decide_verdict(other) is wanted]
            found[service.domain] = tuple(others[:HOW_MANY])
    return found
