"""The links of the whole site, at the cost of what changed.

A page that is kept was checked when it was made. Its links can only have died if a page or an anchor went away since;
then, and only then, all kept pages are looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.checks import Anchor, LinkChecker, Links, find_anchors, report_dead
from generator.build.workers import map_parallel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.problems import Problem


class SiteLinks:
    """Finds the dead links of a site; ``read`` returns the bytes of the page at a path."""

    def __init__(self, checker: LinkChecker, read: Callable[[str], bytes], jobs: int = 1) -> None:
        self._checker, self._read, self._jobs = checker, read, jobs
        self._places: dict[str, frozenset[str]] = {}

    def find_dead(
        self, new: Mapping[str, Links], kept: Sequence[str], wanted: Iterable[Anchor], *, has_lost_pages: bool
    ) -> tuple[list[Problem], list[Anchor]]:
        """Return every link that leads nowhere, and the anchors that pages want of other pages.

        ``new`` holds the links of the pages that were rendered, ``kept`` the paths of all others. ``wanted`` are the
        anchors that pages wanted before.
        """
        known = set(wanted)
        links = dict(new)
        if has_lost_pages or not all(self._has(anchor) for anchor in known if anchor[0] in new):
            links |= zip(kept, map_parallel(self._check_kept, kept, self._jobs), strict=True)
            known = set()
        anchors = known.union(*(anchors for _, anchors in links.values()))
        problems = [
            report_dead(path, href)
            for path, (dead, anchors) in links.items()
            for href in (*dead, *("#".join(anchor) for anchor in anchors if not self._has(anchor)))
        ]
        return problems, sorted(anchors)

    def _check_kept(self, paths: Sequence[str]) -> list[Links]:
        return [self._checker.check(path, self._read(path)) for path in paths]

    def _has(self, anchor: Anchor) -> bool:
        place, name = anchor
        if place not in self._places:
            self._places[place] = find_anchors(self._read(place))
        return name in self._places[place]
