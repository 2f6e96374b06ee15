"""The whole build, from files to a published site."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generator.build.assets import load_assets
from generator.build.clock import Clock
from generator.build.existing import Existing, find_existing
from generator.build.gather import gather, refuse_errors
from generator.build.inputs import find_files, look
from generator.build.keys import Keys
from generator.build.manifest import Manifest
from generator.build.release import Release, make_release
from generator.build.releases import check_target, explain_failure, find_tree_id, places_of, recover
from generator.build.report import BuildReport
from generator.build.site import Order, Site
from generator.build.templates import find_closures
from generator.disk import hold_lock
from generator.pages.context import build_context
from generator.pages.plan import plan_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Curated


def build(order: Order) -> BuildReport:
    """Build the site; the old one stays as it was unless all goes well."""
    clock = Clock()
    with hold_lock(places_of(order.out).lock, "build"):
        check_target(order.out)
        recover(order.out)
        existing = find_existing(order.settings.paths.work, order.out, is_clean=order.is_clean)
        site = load_site(order, existing, clock)
        keys = Keys(site.marks, site.view, site.closures)

        def save(release: Release) -> None:
            with explain_failure(order.out):
                existing.manifests.save(build_manifest(order, site, release))

        release = make_release(order, site, existing, keys, save=save, clock=clock)
        places = places_of(order.out)
        existing.manifests.keep_only([find_tree_id(tree) for tree in (places.out, places.previous, places.spare)])
        return build_report(order, site, release)._replace(seconds=clock.seconds)


def load_site(order: Order, existing: Existing, clock: Clock) -> Site:
    """Read everything, refuse what is wrong, and plan all pages and files."""
    settings = order.settings
    marks = look(find_files(os.fspath(settings.paths.root)), existing.inputs)
    gathered = gather(settings, order.today, order.latest)
    refuse_errors(gathered.problems)
    clock.lap("load")
    assets = load_assets(settings.paths.templates / "static")
    names = {asset.name: asset.path for asset in assets}
    context = build_context(gathered.catalogue, gathered.content.editorial, settings, names)
    plan = plan_site(context)
    since, until = find_span(gathered.content.curated, order.today, settings.limits.stale_after_days)
    site = Site(
        view=context.site,
        pages=plan.pages,
        files={asset.path: asset.data for asset in assets} | dict(plan.files),
        ledger=gathered.catalogue.ledger,
        marks=marks,
        closures=existing.find_closures(marks) or find_closures(settings.paths.templates, plan.templates),
        warnings=tuple(map(str, gathered.problems)),
        is_sample=gathered.catalogue.sample,
        since=since,
        until=until,
    )
    clock.lap("plan")
    return site


def find_span(guides: Iterable[Curated], today: str, days: int) -> tuple[str, str]:
    """Return the ISO dates from which, and before which, just those verifications are stale that are so today."""
    turns = [
        (date.fromisoformat(guide.verified.date) + timedelta(days=days + 1)).isoformat()
        for guide in guides
        if guide.verified
    ]
    past, coming = (turn for turn in turns if turn <= today), (turn for turn in turns if turn > today)
    return max(past, default=""), min(coming, default="")


def build_report(order: Order, site: Site, release: Release) -> BuildReport:
    """Return what a build did."""
    return BuildReport(
        out=os.fspath(order.out),
        rendered=release.rendered,
        kept=len(site.pages) - release.rendered,
        pruned=release.pruned,
        files=len(release.rows),
        bytes=sum(row.size for row in release.rows.values()),
        sample=site.is_sample,
        seconds={},
        warnings=site.warnings,
    )


def build_manifest(order: Order, site: Site, release: Release) -> Manifest:
    """Return what the next build has to know of this one."""
    report = build_report(order, site, release)
    return Manifest(
        tree=release.tree,
        out=report.out,
        base_url=order.base_url,
        since=site.since,
        until=site.until,
        inputs=dict(site.marks),
        files=dict(release.rows),
        folders=dict(release.folders),
        anchors=list(release.anchors),
        closures=dict(site.closures),
        report=report._replace(rendered=0, kept=len(site.pages), pruned=0)._asdict(),
    )
