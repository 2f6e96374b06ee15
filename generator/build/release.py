"""From the planned site to the next release: compare, render what changed, check the whole, switch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.changes import Changes, build_changes
from generator.build.checks import LinkChecker, refuse
from generator.build.links import find_dead_links
from generator.build.output import find_folders, look_at_folders
from generator.build.parallel import map_parallel
from generator.build.releases import explain_failure, places_of
from generator.build.render import Renderer
from generator.build.rendering import Press, Rendered
from generator.build.stage import open_stage
from generator.build.trees import void_tree
from generator.errors import PublishError
from generator.pages.addresses import file_of, path_of
from generator.pages.digest import hash_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from generator.build.checks import Anchor, Links
    from generator.build.clock import Clock
    from generator.build.site import Plan, Start
    from generator.build.stage import Stage
    from generator.build.trees import Stamp


class Release(Struct, frozen=True, kw_only=True):
    """A site in place: its tree, files with their stamps and keys, folders, the places its pages link to on others.

    ``is_like_last`` says that most files are those of the release before; ``changes`` is what separates the two, None
    where it is that release.
    """

    tree: str
    files: Mapping[str, Stamp]
    keys: Mapping[str, str]
    folders: Mapping[str, int]
    anchors: tuple[Anchor, ...]
    bytes: int
    rendered: int
    pruned: int
    is_like_last: bool
    changes: Changes | None = None


def make_release(start: Start, plan: Plan, *, save: Callable[[Release], None], clock: Clock) -> Release:
    """Put the planned site in place, unless it is there already; ``save`` keeps its manifest before the switch."""
    current, spare = start.existing.current, start.existing.spare
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
            is_like_last=current.is_like_last,
        )
        save(release)
        return release
    with open_stage(start.order.out, spare.files if spare else None) as stage:
        release = _Builder(start, plan, stage).build(clock)
        stage.sync()
        save(release)
        stage.switch()
        if current and not start.existing.is_whole:
            # What is missing there or was added by hand must not come back when this tree is the spare one.
            with explain_failure(start.order.out):
                void_tree(places_of(start.order.out).previous)
    clock.lap("publish")
    return release


class _Builder:
    """One release in the making."""

    def __init__(self, start: Start, plan: Plan, stage: Stage) -> None:
        self._start, self._plan, self._stage = start, plan, stage
        self._order, self._existing, self._difference = start.order, start.existing, plan.difference
        self._checker = LinkChecker(plan.site.paths, start.settings.base_path)

    def build(self, clock: Clock) -> Release:
        """Render, write and check what changed, and complete the stage."""
        difference, stage = self._difference, self._stage
        pages = self._render()
        self._start.memory.learn({text: html for page in pages for text, html in page.markdown.items()})
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
            is_like_last=len(kept) > len(files) // 2,
            changes=build_changes(
                self._existing.current.tree if self._existing.current else None,
                self._existing.names,
                written,
                difference.lost,
            ),
        )

    def _render(self) -> list[Rendered]:
        start, order = self._start, self._order
        pages = sorted(self._difference.pages, key=lambda page: (page.template, page.kin))
        code, _ = start.memory.find_templates(start.marks)
        press = Press(
            renderer=Renderer(start.settings.paths.templates, self._plan.site.view, code),
            keys=self._plan.keys,
            checker=self._checker,
            stage=self._stage,
            current=self._existing.intact,
            out=order.out,
            is_strange=self._existing.current is None and order.out.exists(),
        )
        if len(pages) > len(self._plan.site.paths) // 2:
            self._checker.expect_all()
        rows = map_parallel(press.render, pages, order.jobs, lambda done: order.tick(done, len(pages)))
        return list(map(Rendered._make, rows))

    def _check(self, links: Mapping[str, Links], written: Collection[str]) -> tuple[Anchor, ...]:
        """Refuse links that lead nowhere; return the anchors that pages of the new site want of others."""
        order, places, difference = self._order, places_of(self._order.out), self._difference

        def read(path: str) -> bytes:
            name = file_of(path)
            folder = places.spare if name in written else places.out
            try:
                return (folder / name).read_bytes()
            except OSError as error:
                message = f"{folder / name} could not be read ({error.strerror}); the old site is as it was"
                raise PublishError(message, fix="build again") from error

        def check_some(paths: Sequence[str]) -> list[Links]:
            return [self._checker.check(path, read(path)) for path in paths]

        def check_kept() -> dict[str, Links]:
            kept = [path_of(name) for name in difference.kept if name.endswith(".html")]
            found = map_parallel(check_some, kept, order.jobs)
            return dict(zip(kept, found, strict=True))

        problems, anchors = find_dead_links(
            links,
            self._existing.current.anchors if self._existing.current else (),
            has_lost_pages=bool(difference.lost),
            check_kept=check_kept,
            read=read,
        )
        refuse(problems)
        return tuple(anchors)

    def _look_at_folders(self, files: Mapping[str, Stamp]) -> dict[str, int]:
        """Return the times of all folders; only those are looked at in which something changed."""
        spare = self._existing.spare
        touched = find_folders(self._stage.touched)
        times = dict(spare.folders) if spare else {}
        if not self._stage.touched <= files.keys():
            folders = find_folders(files)
            times = {folder: time for folder, time in times.items() if folder in folders}
            touched &= folders
        return times | look_at_folders(os.fspath(places_of(self._order.out).spare), touched)
