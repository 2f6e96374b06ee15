"""The site as it is to be: what was ordered, and every page and file of it, planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.build.inputs import Mark
from generator.config import Settings
from generator.formats.ledger import Ledger
from generator.pages.addresses import file_of
from generator.pages.page import Page, SiteView


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be built, and how.

    ``today`` is the ISO date as of which verifications are judged, ``latest`` the last one that content may name.
    ``base_url`` is the address that was asked for in place of the settings' own. ``is_clean`` leaves aside what earlier
    builds left. ``tick`` is told how many of how many pages are rendered.
    """

    settings: Settings
    out: Path
    today: str
    latest: str
    base_url: str = ""
    jobs: int = 1
    is_clean: bool = False
    tick: Callable[[int, int], None] = lambda _done, _all: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The site as it is to be.

    ``pages`` are by path, ``files`` too, with their bytes. ``marks`` and ``closures`` are what it is made from: every
    input, and template → itself and those that it includes. It holds from the ISO date ``since`` to before ``until``.
    """

    view: SiteView
    pages: Mapping[str, Page]
    files: Mapping[str, bytes]
    ledger: Ledger
    marks: Mapping[str, Mark]
    closures: Mapping[str, list[str]]
    warnings: tuple[str, ...]
    is_sample: bool
    since: str
    until: str

    @property
    def paths(self) -> frozenset[str]:
        """Every path that a link may lead to."""
        return frozenset((*self.pages, *self.files))

    @property
    def names(self) -> frozenset[str]:
        """The name of every file of the output."""
        return frozenset(map(file_of, self.paths))
