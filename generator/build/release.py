"""From the planned site to the next release: compare, render what changed, check the whole, switch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.build.checks import LinkChecker, find_lost_addresses, refuse
from generator.build.links import find_dead_links
from generator.build.manifest import Row
from generator.build.output import find_folders, look_at_folders
from generator.build.parallel import map_parallel
from generator.build.releases import places_of
from generator.build.render import Renderer
from generator.build.rendering import Press
from generator.build.stage import open_stage
from generator.errors import PublishError
from generator.pages.addresses import file_of
from generator.pages.digest import hash_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from generator.build.checks import Anchor, Links
    from generator.build.clock import Clock
    from generator.build.existing import Existing
    from generator.build.keys import Keys
    from generator.build.rendering import Rendered
    from generator.build.site import Order, Site
    from generator.build.stage import Stage
    from generator.pages.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What separates the site as it lies there from the one that is planned.

    ``kept`` are files that stay as they are; ``pages`` have to be rendered, ``files`` written. ``lost`` are the names
    of files that are no longer wanted.
    """

    kept: Mapping[str, Row]
    pages: tuple[Page, ...]
    files: Mapping[str, bytes]
    lost: frozenset[str]
    has_strangers: bool

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.pages or self.files or self.lost or self.has_strangers)


def compare(site: Site, keys: Keys, existing: Existing) -> Difference:
    """Compare two mappings, name → key: the files that are there, and the site as it is to be."""
    kept: dict[str, Row] = {}
    pages, files = [], {}
    for path, page in site.pages.items():
        row = existing.intact.get(file_of(path))
        if row and row.key == keys.find(page):
            kept[file_of(path)] = row
        else:
            pages.append(page)
    for path, data in site.files.items():
        row = existing.intact.get(file_of(path))
        if row and row.key == hash_bytes(data):
            kept[file_of(path)] = row
        else:
            files[file_of(path)] = data
    return Difference(
        kept=kept,
        pages=tuple(pages),
        files=files,
        lost=existing.names - site.names,
        has_strangers=existing.has_strangers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A site in place: the id of its tree, its files and folders, the places that its pages link to on others."""

    tree: str
    rows: Mapping[str, Row]
    folders: Mapping[str, int]
    anchors: tuple[Anchor, ...]
    rendered: int
    pruned: int


def make_release(
    order: Order, site: Site, existing: Existing, keys: Keys, *, save: Callable[[Release], None], clock: Clock
) -> Release:
    """Put the planned site in place, unless it is there already; ``save`` keeps the manifest before the switch."""
    difference = compare(site, keys, existing)
    refuse(find_lost_addresses(site.ledger, site.paths))
    clock.lap("plan")
    if existing.current and not difference:
        release = Release(
            tree=existing.current.tree,
            rows=existing.current.files,
            folders=existing.current.folders,
            anchors=tuple(existing.current.anchors),
            rendered=0,
            pruned=0,
        )
        save(release)
        return release
    spare = {name: row.stamp for name, row in existing.spare.files.items()} if existing.spare else None
    with open_stage(order.out, spare) as stage:
        builder = _Builder(order, site, existing, difference, stage)
        release = builder.build(keys, clock)
        stage.sync()
        save(release)
        stage.switch()
    clock.lap("publish")
    return release


class _Builder:
    """One release in the making."""

    def __init__(self, order: Order, site: Site, existing: Existing, difference: Difference, stage: Stage) -> None:
        self._order, self._site, self._existing, self._difference = order, site, existing, difference
        self._stage = stage
        self._paths = site.paths
        self._checker = LinkChecker(self._paths, order.settings.base_path)

    def build(self, keys: Keys, clock: Clock) -> Release:
        """Render, write and check what changed, and complete the stage."""
        pages = self._render(keys)
        written = {file_of(page.path): page.row for page in pages if page.is_new}
        kept = {**self._difference.kept, **{file_of(page.path): page.row for page in pages if not page.is_new}}
        for name, data in self._difference.files.items():
            written[name] = Row(*self._stage.write(name, data), hash_bytes(data))
        clock.lap("render")
        anchors = self._check({page.path: page.links for page in pages}, written)
        clock.lap("check")
        stamps = self._stage.complete(
            {name: row.stamp for name, row in kept.items()}, {name: row.stamp for name, row in written.items()}
        )
        rows = {name: Row(*stamps[name], row.key) for name, row in {**kept, **written}.items()}
        tree = self._stage.tree_id
        if tree is None or rows.keys() != self._site.names:
            message = f"{self._order.out} has other files than were planned; the old site is as it was"
            raise PublishError(message, fix="build again, and let nothing but twofa build write there")
        return Release(
            tree=tree,
            rows=rows,
            folders=self._look_at_folders(rows),
            anchors=anchors,
            rendered=len(pages),
            pruned=len(self._difference.lost),
        )

    def _render(self, keys: Keys) -> list[Rendered]:
        order, pages = self._order, self._difference.pages
        press = Press(
            renderer=Renderer(order.settings.paths.templates, self._site.view),
            keys=keys,
            checker=self._checker,
            stage=self._stage,
            current=self._existing.intact,
            out=order.out,
        )
        return map_parallel(press.print, pages, order.jobs, lambda done: order.tick(done, len(pages)))

    def _check(self, links: Mapping[str, Links], written: Collection[str]) -> tuple[Anchor, ...]:
        """Refuse links that lead nowhere; return the anchors that pages of the new site want of others."""
        order, places = self._order, places_of(self._order.out)

        def read(path: str) -> bytes:
            name = file_of(path)
            folder = places.spare if name in written else places.out
            try:
                return (folder / name).read_bytes()
            except OSError as error:
                message = f"{folder / name} could not be read ({error.strerror}); the old site is as it was"
                raise PublishError(message, fix="build again") from error

        def check_kept() -> dict[str, Links]:
            kept = [path for path in self._site.pages if path not in links]
            found = map_parallel(lambda path: self._checker.check(path, read(path)), kept, order.jobs)
            return dict(zip(kept, found, strict=True))

        problems, anchors = find_dead_links(
            links,
            self._existing.current.anchors if self._existing.current else (),
            has_lost_pages=bool(self._difference.lost),
            check_kept=check_kept,
            read=read,
        )
        refuse(problems)
        return tuple(anchors)

    def _look_at_folders(self, rows: Mapping[str, Row]) -> dict[str, int]:
        """Return the times of all folders; only those are looked at in which something changed."""
        known = self._existing.spare
        old = known.files if known else {}
        changed = [name for name, row in rows.items() if name not in old or old[name].stamp != row.stamp]
        gone = [name for name in old if name not in rows]
        folders = find_folders(rows)
        touched = find_folders([*changed, *gone]) & folders
        times = {folder: time for folder, time in known.folders.items() if folder in folders} if known else {}
        return times | look_at_folders(os.fspath(places_of(self._order.out).spare), touched)
