"""Plan a build of everything: read all, refuse what is wrong, and compare the whole site with what lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.brief import Brief, note_all, pack_summary
from generator.build.checks import find_lost_addresses, refuse
from generator.build.gather import gather, refuse_errors
from generator.build.keys import Keys
from generator.build.site import Difference, Plan, Site, find_span
from generator.catalogue.suppressions import list_ends
from generator.pages.addresses import file_of
from generator.pages.context import build_context
from generator.pages.digest import hash_bytes
from generator.pages.page import find_lastmods
from generator.pages.plan import plan_site

if TYPE_CHECKING:
    from generator.build.clock import Clock
    from generator.build.existing import Existing
    from generator.build.site import Start
    from generator.build.trees import Stamp


def plan_whole(start: Start, clock: Clock) -> Plan:
    """Read everything, refuse what is wrong, and plan all pages and files."""
    order, settings, marks, memory = start.order, start.settings, start.marks, start.memory
    gathered = gather(
        settings, order.today, order.latest, baseline=memory.find_baseline(marks), cache=memory.find_yaml(marks)
    )
    refuse_errors(gathered.problems)
    clock.lap("load")
    memory.recall_markdown(marks)
    context = build_context(
        gathered.catalogue, gathered.content.editorial, settings, start.addresses, gathered.problems
    )
    planned = plan_site(context)
    files = {asset.path: asset.data for asset in start.assets} | dict(planned.files)
    paths = frozenset((*planned.pages, *files))
    refuse(find_lost_addresses(gathered.catalogue.ledger, paths))
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
        is_sample=gathered.catalogue.sample,
        since=since,
        until=until,
    )
    _, closures = memory.find_templates(marks)
    keys = Keys(marks, site.view, closures)
    brief = Brief(
        services=[pack_summary(summary) for summary in context.summaries],
        removed=[service.domain for service in gathered.catalogue.removed],
        guides=note_all(gathered.usable),
        lastmods=find_lastmods(planned.pages.values()),
        problems=list(gathered.problems),
    )
    return Plan(site=site, keys=keys, difference=compare(site, keys, start.existing), brief=brief)


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
