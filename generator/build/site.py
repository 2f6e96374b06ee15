"""The site as it is to be: what was ordered, and every page and file of it, planned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from generator.build.brief import Brief
from generator.build.inputs import Mark
from generator.build.keys import Keys
from generator.build.memory import Memory
from generator.build.trees import Stamp
from generator.pages.addresses import file_of, path_of
from generator.pages.page import Page, SiteView


class Order(Struct, frozen=True, kw_only=True):
    """A request to build: the project, the output, the day and the options.

    ``memory`` is what is remembered of the project at ``root``. ``today`` is the ISO date as of which verifications are
    judged, ``latest`` the last one that content may name. ``base_url`` is asked for in place of the settings' own.
    ``tick`` is told how many of how many pages are rendered.
    """

    root: Path
    out: Path
    memory: Memory
    today: str
    latest: str
    base_url: str | None = None
    jobs: int = 1
    tick: Callable[[int, int], None] = lambda _done, _all: None


class Site(Struct, frozen=True, kw_only=True):
    """The site as it is to be.

    ``paths`` is every path that a link may lead to; ``pages`` and ``files`` are by path those that may differ from what
    lies there, files with their bytes. ``marks`` are all inputs that it is made from. It holds from the ISO date
    ``since`` to before ``until``.
    """

    view: SiteView
    paths: Collection[str]
    pages: Mapping[str, Page]
    files: Mapping[str, bytes]
    page_count: int
    marks: Mapping[str, Mark]
    warnings: tuple[str, ...]
    is_sample: bool
    since: str
    until: str

    @property
    def names(self) -> frozenset[str]:
        """The name of every file of the output."""
        return frozenset(map(file_of, self.paths))


class FilePaths(Collection[str]):
    """The paths of files that are known by name; made one by one, because few are asked for."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and file_of(path) in self._names and path_of(file_of(path)) == path

    def __iter__(self) -> Iterator[str]:
        return map(path_of, self._names)

    def __len__(self) -> int:
        return len(self._names)


def find_span(verified: Iterable[str], ends: Iterable[str], today: str, days: int) -> tuple[str, str]:
    """Return the ISO dates from which, and before which, the day changes nothing.

    Just those verifications are stale that are so today; of the days that ``ends`` names, none comes or goes.
    """
    turns = [*ends, *((date.fromisoformat(day) + timedelta(days=days + 1)).isoformat() for day in verified)]
    past, coming = (turn for turn in turns if turn <= today), (turn for turn in turns if turn > today)
    return max(past, default=""), min(coming, default="")


class Difference(Struct, frozen=True, kw_only=True):
    """The difference between the site that is there and the planned one.

    ``kept`` are files that stay as they are; ``pages`` have to be rendered, ``files`` written. ``lost`` are the names
    of files that are no longer wanted.
    """

    kept: Mapping[str, Stamp]
    pages: tuple[Page, ...]
    files: Mapping[str, bytes]
    lost: frozenset[str]
    has_strangers: bool

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.pages or self.files or self.lost or self.has_strangers)


class Plan(Struct, frozen=True, kw_only=True):
    """The site as it is to be, the keys of its pages, what differs from what is there, and the catalogue in brief."""

    site: Site
    keys: Keys
    difference: Difference
    brief: Brief
