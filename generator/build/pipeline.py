"""The whole build, from files to a published site."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.build.assets import load_assets
from generator.build.changes import dump_changes
from generator.build.clock import Clock
from generator.build.existing import find_existing
from generator.build.manifest import CHANGES, Manifest
from generator.build.patch import plan_patch
from generator.build.release import Release, make_release
from generator.build.releases import check_target, places_of, recover
from generator.build.report import BuildReport
from generator.build.site import Order, Plan, Site, Start
from generator.build.trees import find_tree_id
from generator.config import load_settings
from generator.errors import PublishError

if TYPE_CHECKING:
    from generator.build.glance import Glance
    from generator.build.memory import Memory


def build(order: Order, memory: Memory, seen: Glance | None = None, *, made: list[object] | None = None) -> BuildReport:
    """Build the site; the old one stays as it was unless all goes well. The caller holds the lock of the output.

    ``seen`` is what a glance at inputs and output showed, if there was one. What is built on the way is added to
    ``made``: a process that ends right after a build need not take all of it apart first.
    """
    clock = Clock()
    seen = seen or memory.glance(os.fspath(order.root), os.fspath(order.out), is_clean=order.is_clean)
    check_target(order.out)
    recover(order.out)
    start = load_start(order, memory, seen)
    plan = plan_build(start, clock)
    if made is not None:
        made += [start, plan]

    def save(release: Release) -> None:
        try:
            seen.manifests.save(build_manifest(order, plan.site, release))
            memory.save_brief(release.tree, plan.brief, seen.manifests)
            if release.changes:
                seen.manifests.write(release.tree, CHANGES, dump_changes(release.changes))
        except OSError as error:
            place = error.filename or order.root / ".twofa"
            message = f"{place} could not be written ({error.strerror or error}); the old site is as it was"
            raise PublishError(message, fix="check the space on the disk and the permissions") from error

    release = make_release(start, plan, save=save, clock=clock)
    memory.save()
    places = places_of(order.out)
    seen.manifests.keep_only([find_tree_id(tree) for tree in (places.out, places.previous, places.spare)])
    return build_report(order, plan.site, release)._replace(seconds=clock.seconds)


def load_start(order: Order, memory: Memory, seen: Glance) -> Start:
    """Read the settings, and look at what there is."""
    # While the second process parses YAML and looks at the site.
    baseline = memory.find_baseline(seen.marks)
    if seen.manifest is None:
        # All pages will be rendered: of every record, in several processes that all need a parser of Markdown.
        import generator.pages.parser  # noqa: F401

        dict(baseline.directory)
    settings = load_settings(order.root, base_url=order.base_url, cache=memory.find_yaml(seen.marks))
    existing = find_existing(seen, is_whole=memory.find_whole(seen.manifest.tree if seen.manifest else None))
    return Start(
        order=order,
        settings=settings,
        existing=existing,
        marks=seen.marks,
        memory=memory,
        assets=load_assets(settings.paths.templates / "static"),
    )


def read_ahead(order: Order, memory: Memory, seen: Glance) -> None:
    """Read what a build of a few edits needs of the whole, so that the first one is as quick as those after it.

    Raises :class:`DirectoryError` for what that build will have to say.
    """
    start = load_start(order, memory, seen)
    if current := start.existing.current:
        memory.find_brief(current.tree, start.existing.manifests)
    memory.recall_markdown(start.marks)
    memory.find_templates(start.marks)


def plan_build(start: Start, clock: Clock) -> Plan:
    """Return the site as it is to be with what differs from what is there: for some edits alone, or for the whole."""
    current = start.existing.current
    brief = start.memory.find_brief(current.tree, start.existing.manifests) if current else None
    plan = plan_patch(start, brief) if brief else None
    if plan is None:
        # Imported here because an edited guide needs none of it.
        from generator.build.whole import plan_whole

        plan = plan_whole(start, clock)
    clock.lap("plan")
    return plan


def build_report(order: Order, site: Site, release: Release) -> BuildReport:
    """Return what a build did."""
    return BuildReport(
        out=os.fspath(order.out),
        rendered=release.rendered,
        kept=site.page_count - release.rendered,
        pruned=release.pruned,
        files=len(release.files),
        bytes=release.bytes,
        sample=site.is_sample,
        base_path=site.view.base_path,
        seconds={},
        warnings=site.warnings,
    )


def build_manifest(order: Order, site: Site, release: Release) -> Manifest:
    """Return what the next build has to know of this one."""
    report = build_report(order, site, release)
    return Manifest(
        tree=release.tree,
        out=report.out,
        base_url=order.base_url or "",
        since=site.since,
        until=site.until,
        inputs=dict(site.marks),
        files=dict(release.files),
        keys=dict(release.keys),
        folders=dict(release.folders),
        anchors=list(release.anchors),
        report=report._replace(rendered=0, kept=site.page_count, pruned=0)._asdict(),
        is_like_last=release.is_like_last,
    )
