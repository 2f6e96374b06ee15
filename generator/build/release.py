"""From the planned site to the next release: compare, render what changed, check the whole, switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.changes import Changes, build_changes
from generator.build.checks import LinkChecker, refuse
from generator.build.links import SiteLinks
from generator.build.output import find_folders, look_at_folders
from generator.build.releases import explain_failure, places_of
from generator.build.render import Renderer
from generator.build.rendering import Press, Rendered
from generator.build.stage import open_stage
from generator.build.trees import void_tree
from generator.build.workers import map_parallel
from generator.errors import PublishError
from generator.pages.addresses import file_of, path_of
from generator.pages.digest import hash_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from generator.build.checks import Anchor, Links
    from generator.build.clock import Clock
    from generator.build.existing import Existing
    from generator.build.manifest import Manifest
    from generator.build.site import Order, Plan
    from generator.build.stage import Stage
    from generator.build.trees import Stamp
    from generator.config import Settings


class Release(Struct, frozen=True, kw_only=True):
    """A site in place: its tree, files with their stamps and keys, folders, the places its pages link to on others.

    ``changes`` is what separates it from the release before, None where it is that release.
    """

    tree: str
    files: Mapping[str, Stamp]
    keys: Mapping[str, str]
    folders: Mapping[str, int]
    anchors: tuple[Anchor, ...]
    bytes: int
    rendered: int
    pruned: int
    changes: Changes | None = None


def make_release(
    order: Order, settings: Settings, existing: Existing, plan: Plan, *, save: Callable[[Release], None], clock: Clock
) -> Release:
    """Put the planned site in place, unless it is there already; ``save`` keeps its manifest before the switch."""
    current = existing.current
    if current and not plan.difference:
        release = Release(
            tree=current.tree,
            files=current.files,
            keys=current.keys,
            folders=current.folders,
            anchors=tuple(current.anchors),
            bytes=current.report["bytes"],
            rendered=0,
            pruned=0,
        )
        save(release)
        return release
    spare = existing.load_spare()
    with open_stage(order.out, spare.files if spare else None) as stage:
        release = _Builder(order, settings, existing, plan, spare, stage).build(clock)
        stage.sync()
        save(release)
        stage.switch()
        if current and not existing.is_whole:
            # What is missing there or was added by hand must not come back when this tree is the spare one.
            with explain_failure(order.out):
                void_tree(places_of(order.out).previous)
    clock.lap("publish")
    return release


class _Builder:
    """One release in the making."""

    def __init__(
        self,
        order: Order,
        settings: Settings,
        existing: Existing,
        plan: Plan,
        spare: Manifest | None,
        stage: Stage,
    ) -> None:
        self._order, self._existing, self._plan = order, existing, plan
        self._difference, self._spare, self._stage = plan.difference, spare, stage
        self._checker = LinkChecker(plan.site.paths, settings.base_path)

    def build(self, clock: Clock) -> Release:
        """Render, write and check what changed, and complete the stage."""
        difference, stage = self._difference, self._stage
        pages = self._render()
        written = {file_of(page.path): page.stamp for page in pages if page.is_new}
        kept = {**difference.kept, **{file_of(page.path): page.stamp for page in pages if not page.is_new}}
        written |= {name: stage.write(name, data) for name, data in difference.files.items()}
        clock.lap("render")
        anchors = self._check({page.path: page.links for page in pages}, written)
        clock.lap("check")
        files = stage.complete(kept, written)
        tree = stage.tree_id
        if tree is None or len(files) != len(self._plan.site.paths):
            message = f"{self._order.out} got other files than were planned; the old site is as it was"
            raise PublishError(message, fix="build again, and let nothing but twofa build write there")
        keys = {
            **self._existing.keys,
            **{file_of(page.path): page.key for page in pages},
            **{name: hash_bytes(data) for name, data in difference.files.items()},
        }
        for name in difference.lost:
            del keys[name]
        return Release(
            tree=tree,
            files=files,
            keys=keys,
            folders=self._look_at_folders(files),
            anchors=anchors,
            bytes=sum([size for size, _, _ in files.values()]),
            rendered=len(pages),
            pruned=len(difference.lost),
            changes=build_changes(
                self._existing.current.tree if self._existing.current else None,
                self._existing.names,
                written,
                difference.lost,
            ),
        )

    def _render(self) -> list[Rendered]:
        order, existing = self._order, self._existing
        pages = sorted(self._difference.pages, key=lambda page: (page.template, page.kin))
        press = Press(
            renderer=Renderer(self._plan.site.view, order.memory.find_templates(existing.marks).code),
            keys=self._plan.keys,
            checker=self._checker,
            stage=self._stage,
            current=existing.intact,
            out=order.out,
            is_strange=existing.current is None and order.out.exists(),
        )
        if len(pages) > len(self._plan.site.paths) // 2:
            self._checker.expect_all()
        rows = map_parallel(press.render, pages, order.jobs, lambda done: order.tick(done, len(pages)))
        return list(map(Rendered._make, rows))

    def _check(self, links: Mapping[str, Links], written: Collection[str]) -> tuple[Anchor, ...]:
        """Refuse links that lead nowhere; return the anchors that pages of the new site want of others."""
        places, current = places_of(self._order.out), self._existing.current

        def read(path: str) -> bytes:
            name = file_of(path)
            folder = places.spare if name in written else places.out
            try:
                return (folder / name).read_bytes()
            except OSError as error:
                message = f"{folder / name} could not be read ({error.strerror}); the old site is as it was"
                raise PublishError(message, fix="build again") from error

        problems, anchors = SiteLinks(self._checker, read, self._order.jobs).find_dead(
            links,
            [path_of(name) for name in self._difference.kept if name.endswith(".html")],
            current.anchors if current else (),
            has_lost_pages=bool(self._difference.lost),
        )
        refuse(problems)
        return tuple(anchors)

    def _look_at_folders(self, files: Mapping[str, Stamp]) -> dict[str, int]:
        """Return the times of all folders; only those are looked at in which something changed."""
        spare = self._spare
        touched = find_folders(self._stage.touched)
        times = dict(spare.folders) if spare else {}
        if not self._stage.touched <= files.keys():
            folders = find_folders(files)
            times = {folder: time for folder, time in times.items() if folder in folders}
            touched &= folders
        return times | look_at_folders(places_of(self._order.out).spare, touched)
