"""The whole build, from files to a published site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.changes import dump_changes
from generator.build.clock import Clock
from generator.build.manifest import CHANGES, Manifest
from generator.build.patch import plan_patch
from generator.build.release import Release, make_release
from generator.build.releases import check_target, places_of, recover
from generator.build.report import BuildReport
from generator.build.site import Order, Plan, Site
from generator.build.trees import find_tree_id
from generator.config import load_settings
from generator.errors import PublishError

if TYPE_CHECKING:
    from generator.build.existing import Existing
    from generator.config import Settings


def build(order: Order, existing: Existing | None = None) -> BuildReport:
    """Build the site; the old one stays as it was unless all goes well. The caller holds the lock of the output.

    ``existing`` is what a look at inputs and output showed, if there was one.
    """
    clock, memory = Clock(), order.memory
    existing = existing or memory.look(order.out)
    check_target(order.out)
    recover(order.out)
    settings = load_settings(order.root, base_url=order.base_url, cache=memory.find_cache(existing.marks))
    plan = plan_build(order, settings, existing, clock)

    def save(release: Release) -> None:
        try:
            existing.manifests.save(build_manifest(order, plan.site, release))
            memory.save_brief(release.tree, plan.brief, existing.manifests)
            if release.changes:
                existing.manifests.write(release.tree, CHANGES, dump_changes(release.changes))
        except OSError as error:
            place = error.filename or order.root / ".twofa"
            message = f"{place} could not be written ({error.strerror or error}); the old site is as it was"
            raise PublishError(message, fix="check the space on the disk and the permissions") from error

    release = make_release(order, settings, existing, plan, save=save, clock=clock)
    memory.save()
    places = places_of(order.out)
    existing.manifests.keep_only([find_tree_id(tree) for tree in (places.out, places.previous, places.spare)])
    return build_report(order, plan.site, release)._replace(seconds=clock.seconds)


def read_ahead(order: Order, existing: Existing) -> None:
    """Read what a build of a few edits needs of the whole, so that the first one is as quick as those after it.

    Raises :class:`DirectoryError` for what that build will have to say.
    """
    memory = order.memory
    memory.find_baseline(existing.marks)
    load_settings(order.root, base_url=order.base_url, cache=memory.find_cache(existing.marks))
    if existing.current:
        memory.find_brief(existing.current.tree, existing.manifests)
    memory.find_templates(existing.marks)


def plan_build(order: Order, settings: Settings, existing: Existing, clock: Clock) -> Plan:
    """Return the site as it is to be with what differs from what is there: for some edits alone, or for the whole."""
    current = existing.current
    brief = order.memory.find_brief(current.tree, existing.manifests) if current else None
    plan = plan_patch(order, settings, existing, brief) if brief else None
    if plan is None:
        # Imported here because an edited guide needs none of it.
        from generator.build.whole import plan_whole

        plan = plan_whole(order, settings, existing, clock)
    clock.lap("plan")
    return plan


def build_report(order: Order, site: Site, release: Release) -> BuildReport:
    """Return what a build did."""
    return BuildReport(
        out=str(order.out),
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
    )
