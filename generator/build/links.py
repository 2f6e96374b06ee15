"""The links of the whole site, at the cost of what changed.

A page that is kept was checked when it was made. Its links can only have died if a page or an anchor went away since;
then, and only then, all kept pages are looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.checks import Anchor, find_anchors, report_dead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generator.build.checks import Links
    from generator.problems import Problem


def find_dead_links(
    new: Mapping[str, Links],
    known: Iterable[Anchor],
    *,
    has_lost_pages: bool,
    check_kept: Callable[[], Mapping[str, Links]],
    read: Callable[[str], bytes],
) -> tuple[list[Problem], list[Anchor]]:
    """Return every link that leads nowhere, and the anchors that pages want of other pages.

    ``new`` holds the links of the pages that were rendered, ``known`` the anchors that the site wanted before;
    ``check_kept`` looks at all other pages, ``read`` returns the bytes of a page.
    """
    known_places: dict[str, frozenset[str]] = {}

    def is_there(anchor: Anchor) -> bool:
        place, name = anchor
        if place not in known_places:
            known_places[place] = find_anchors(read(place))
        return name in known_places[place]

    known = set(known)
    links = dict(new)
    if has_lost_pages or not all(is_there(anchor) for anchor in known if anchor[0] in new):
        links |= check_kept()
        known = set()
    wanted = known.union(*(anchors for _, anchors in new.values()), *(anchors for _, anchors in links.values()))
    problems = [
        report_dead(path, href)
        for path, (dead, anchors) in links.items()
        for href in (*dead, *("#".join(anchor) for anchor in anchors if not is_there(anchor)))
    ]
    return problems, sorted(wanted)
