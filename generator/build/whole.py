"""Plan a build of everything: read all, refuse what is wrong, and compare the whole site with what lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.assets import load_assets
from generator.build.brief import Brief, note_all
from generator.build.checks import find_lost_addresses, refuse
from generator.build.keys import Keys
from generator.build.site import Difference, Plan, Site, find_span
from generator.catalogue.gather import gather, refuse_errors
from generator.catalogue.suppressions import list_ends
from generator.pages.addresses import file_of
from generator.pages.context import build_context
from generator.pages.digest import hash_bytes
from generator.pages.page import find_lastmods
from generator.pages.plan import plan_site

if TYPE_CHECKING:
    from generator.build.clock import Clock
    from generator.build.existing import Existing
    from generator.build.site import Order
    from generator.build.trees import Stamp
    from generator.config import Settings


def plan_whole(order: Order, settings: Settings, existing: Existing, clock: Clock) -> Plan:
    """Read everything, refuse what is wrong, and plan all pages and files."""
    marks, memory = existing.marks, order.memory
    cache = memory.find_cache(marks)
    gathered = gather(settings, order.today, order.latest, baseline=memory.find_baseline(marks), cache=cache)
    refuse_errors(gathered.problems)
    clock.lap("load")
    assets = load_assets(settings.paths.templates / "static")
    addresses = {asset.name: asset.path for asset in assets}
    context = build_context(gathered.catalogue, gathered.content.editorial, settings, addresses, gathered.problems)
    planned = plan_site(context)
    files = {asset.path: asset.data for asset in assets} | dict(planned.files)
    paths = frozenset((*planned.pages, *files))
    refuse(find_lost_addresses(gathered.catalogue.baseline.ledger, paths))
    verified = (guide.verified.date for guide in gathered.usable if guide.verified)
    ends = list_ends(gathered.content.suppressions)
    since, until = find_span(verified, ends, order.today, settings.limits.stale_after_days)
    site = Site(
        view=context.site,
        paths=paths,
        pages=planned.pages,
        files=files,
        page_count=len(planned.pages),
        marks=marks,
        warnings=tuple(map(str, gathered.problems)),
        is_sample=gathered.catalogue.baseline.sample,
        since=since,
        until=until,
    )
    keys = Keys(marks, site.view, memory.find_templates(marks).closures)
    # Every file of content and every template has been read by now.
    cache.prune()
    brief = Brief(
        site=context.site,
        services=list(context.summaries),
        removed=[service.domain for service in gathered.catalogue.removed],
        guides=note_all(gathered.usable),
        lastmods=find_lastmods(planned.pages.values()),
        problems=list(gathered.problems),
    )
    return Plan(site=site, keys=keys, difference=compare(site, keys, existing), brief=brief)


def compare(site: Site, keys: Keys, existing: Existing) -> Difference:
    """Compare two mappings, name → key: the files that are there, and the site as it is to be."""
    intact, known = existing.intact, existing.keys
    kept: dict[str, Stamp] = {}
    pages, files = [], {}
    for path, page in site.pages.items():
        name = file_of(path)
        if name in intact and known[name] == keys.find(page):
            kept[name] = intact[name]
        else:
            pages.append(page)
    for path, data in site.files.items():
        name = file_of(path)
        if name in intact and known[name] == hash_bytes(data):
            kept[name] = intact[name]
        else:
            files[name] = data
    return Difference(
        kept=kept,
        pages=tuple(pages),
        files=files,
        lost=existing.names - site.names,
        has_strangers=existing.has_strangers,
    )
