"""Neighbours of a service: related ones, and alternatives that have 2FA (pure).

Both are the next in A to Z order, round the end, among the services of the same first category and the same regions:
a choice that does not look at methods, so that one service's news changes one page.
"""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING

from generator.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.decisions.summary import Summary

#: How many neighbours a page names.
HOW_MANY = 6

#: The category that holds what fits nowhere else: its services have nothing in common.
UNRELATED = "other"

#: What a page names of another service: its name and its slug.
Neighbour = tuple[str, str]


class Neighbourhood:
    """Who stands next to whom; a page costs a look at its neighbours, however large the category."""

    def __init__(self, summaries: Iterable[Summary]) -> None:
        """Take the services in A to Z order."""
        groups: dict[tuple[str, tuple[str, ...]], _Group] = {}
        self._places: dict[str, tuple[_Group, int]] = {}
        for summary in summaries:
            if summary.categories and summary.categories[0] != UNRELATED:
                key = summary.categories[0], summary.own_regions
                group = groups.get(key) or groups.setdefault(key, _Group())
                self._places[summary.domain] = group, len(group.members)
                group.add(summary)

    def find_related(self, summary: Summary) -> tuple[Neighbour, ...]:
        """Return the next services of its group."""
        if summary.domain not in self._places:
            return ()
        group, place = self._places[summary.domain]
        return _go_round(group.members, place + 1, place)

    def find_alternatives(self, summary: Summary) -> tuple[Neighbour, ...]:
        """Return the next services of its group that have 2FA; none for a service that has it itself."""
        if summary.verdict is Verdict.YES or summary.domain not in self._places:
            return ()
        group, place = self._places[summary.domain]
        following = bisect(group.supported_at, place)
        return _go_round(group.supported, following, following)


class _Group:
    """Services of one category and the same regions; those of them that have 2FA, with their places among all."""

    def __init__(self) -> None:
        self.members: list[Neighbour] = []
        self.supported: list[Neighbour] = []
        self.supported_at: list[int] = []

    def add(self, summary: Summary) -> None:
        neighbour = summary.name, summary.slug
        if summary.verdict is Verdict.YES:
            self.supported_at.append(len(self.members))
            self.supported.append(neighbour)
        self.members.append(neighbour)


def _go_round(members: list[Neighbour], start: int, stop: int) -> tuple[Neighbour, ...]:
    """Return the first few from ``start`` to the end, then from the beginning to before ``stop``."""
    found = members[start : start + HOW_MANY]
    return (*found, *members[: min(stop, HOW_MANY - len(found))])
