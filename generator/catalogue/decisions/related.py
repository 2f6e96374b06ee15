"""Neighbours of a service: related ones, and alternatives that have 2FA (pure).

Both are the next in A to Z order, round the end, among the services of the same first category and the same regions:
a choice that does not look at methods, so that one service's news changes one page.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING

from generator.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.catalogue.decisions.summary import Summary

#: How many neighbours a page names.
HOW_MANY = 6

#: The category that holds what fits nowhere else: its services have nothing in common.
UNRELATED = "other"

Group = tuple[str, tuple[str, ...]]


class Neighbourhood:
    """Who stands next to whom; looked up for one service at a time, so that a page costs only its own group."""

    def __init__(self, summaries: Iterable[Summary]) -> None:
        """Take the services in A to Z order."""
        self._groups: dict[Group, list[Summary]] = defaultdict(list)
        self._places: dict[str, int] = {}
        for summary in summaries:
            group = _find_group(summary)
            if group:
                self._places[summary.domain] = len(self._groups[group])
                self._groups[group].append(summary)

    def find_related(self, summary: Summary) -> tuple[Summary, ...]:
        """Return the next services of its group."""
        return tuple(islice(self._list_others(summary), HOW_MANY))

    def find_alternatives(self, summary: Summary) -> tuple[Summary, ...]:
        """Return the next services of its group that have 2FA; none for a service that has it itself."""
        if summary.verdict is Verdict.YES:
            return ()
        others = (other for other in self._list_others(summary) if other.verdict is Verdict.YES)
        return tuple(islice(others, HOW_MANY))

    def _list_others(self, summary: Summary) -> Iterator[Summary]:
        """Return the others of its group, lazily: a large group is not walked to its end for each of its members."""
        group = _find_group(summary)
        place = self._places.get(summary.domain)
        if group is None or place is None:
            return iter(())
        members = self._groups[group]
        return map(members.__getitem__, chain(range(place + 1, len(members)), range(place)))


def _find_group(summary: Summary) -> Group | None:
    if not summary.categories or summary.categories[0] == UNRELATED:
        return None
    return summary.categories[0], summary.own_regions
