"""Plan a build after edits to guides alone, at the cost of those guides.

Everything that pages show of a service other than their own stands in its summary. So where the summaries come out as
they were, only the pages of the edited services can differ, and those of services that sign in with their accounts. In
every other case there is no patch, and the whole site is planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.brief import Brief, note_all, pack_summary, unpack_summary
from generator.build.inputs import find_changed
from generator.build.keys import Keys
from generator.build.site import Difference, FilePaths, Plan, Site, find_span
from generator.catalogue.belonging import find_unlisted
from generator.catalogue.checks import check_guides
from generator.catalogue.decisions.related import Neighbourhood
from generator.catalogue.decisions.summary import summarise
from generator.catalogue.load import load_content
from generator.catalogue.merge import Catalogue, Merger, find_stale_day, group_events
from generator.catalogue.moves import confirm
from generator.catalogue.suppressions import leave_out, list_ends
from generator.catalogue.todo import find_warned
from generator.model import find_own_regions
from generator.pages.addresses import file_of
from generator.pages.context import Subject, build_frame
from generator.pages.digest import hash_bytes
from generator.pages.machine import build_sitemaps
from generator.pages.page import find_lastmods
from generator.pages.subject import plan_subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from generator.build.existing import Existing
    from generator.build.manifest import Manifest
    from generator.build.site import Start
    from generator.catalogue.inputs import Baseline, Content
    from generator.model import Curated, Event, Service
    from generator.pages.context import Frame
    from generator.pages.page import Page
    from generator.problems import Problem


class _Edits(Struct, frozen=True, kw_only=True):
    """The guides that were edited by file, with all the others that the pages concerned show something of."""

    edited: Mapping[str, Curated]
    by_domain: Mapping[str, Curated]
    concerned: tuple[str, ...]
    content: Content


def plan_patch(start: Start, brief: Brief) -> Plan | None:
    """Return what edits of guides come to; None where anything else may differ, or anything is wrong.

    ``brief`` is the catalogue in brief as it was when the site was made that lies there.
    """
    current, marks, order = start.existing.current, start.marks, start.order
    names = find_changed(start.existing.inputs, marks)
    if current is None or not start.existing.is_whole:
        return None
    if current.base_url != (order.base_url or "") or not current.holds(order.today):
        return None
    if not names or any(name not in brief.guides or name not in marks for name in names):
        return None
    edits = _read(start, names, brief)
    if edits is None:
        return None
    baseline = confirm(start.memory.find_baseline(marks), edits.content.moves)
    baseline = leave_out(baseline, edits.content.suppressions, order.today)
    catalogue = Catalogue(services=(), sample=baseline.sample, has_passkeys=baseline.has_passkeys)
    start.memory.recall_markdown(marks)
    frame = build_frame(catalogue, edits.content.editorial, start.settings, start.addresses)
    history = group_events(baseline.events)
    services = _merge(start, edits, baseline, brief, history)
    if services is None or not _are_as_before(edits, services, brief, frame):
        return None
    problems = _check(start, edits, baseline, services, brief)
    # What is found wrong with a guide stands on the page of the editors too.
    if problems is None or find_warned(problems, {}) != find_warned(brief.problems, {}):
        return None
    pages = {page.path: page for page in _plan_pages(edits, services, brief, frame, history)}
    changed = brief._replace(
        guides=brief.guides | note_all(edits.edited.values()),
        lastmods=brief.lastmods | find_lastmods(pages.values()),
        problems=problems,
    )
    files = {}
    if changed.lastmods != brief.lastmods:
        files = build_sitemaps(changed.lastmods, frame.site.base_url)
    ends = list_ends(edits.content.suppressions)
    site = _build_site(start, current, frame, pages, files, changed, ends)
    keys = Keys(marks, frame.site, start.memory.find_templates(marks)[1])
    return Plan(site=site, keys=keys, difference=_compare(site, keys, start.existing), brief=changed)


def _read(start: Start, names: Collection[str], brief: Brief) -> _Edits | None:
    """Read the edited guides and those that belong to them; None where one has a problem or another domain."""
    paths, cache = start.settings.paths, start.memory.find_yaml(start.marks)
    domains = {brief.guides[name].domain for name in names}
    guests = [name for name, note in brief.guides.items() if note.account in domains and name not in names]
    content = load_content(paths, cache, [*names, *guests])
    read = {guide.path: guide for guide in content.curated}
    if content.problems or any(name not in read or read[name].domain != brief.guides[name].domain for name in names):
        return None
    accounts = {guide.account for guide in content.curated} - {guide.domain for guide in content.curated}
    owners = [name for name, note in brief.guides.items() if note.domain in accounts]
    more = load_content(paths, cache, owners)
    if more.problems:
        return None
    return _Edits(
        edited={name: read[name] for name in names},
        by_domain={guide.domain: guide for guide in (*content.curated, *more.curated)},
        concerned=tuple(guide.domain for guide in content.curated),
        content=content,
    )


def _merge(
    start: Start, edits: _Edits, baseline: Baseline, brief: Brief, history: Mapping[str, tuple[Event, ...]]
) -> dict[str, Service] | None:
    """Return domain → service of those concerned and of those whose account they use."""
    slugs = {plain[0]: plain[1] for plain in brief.services}
    if any(domain not in slugs for domain in edits.by_domain):
        return None
    merger = Merger(
        baseline=baseline,
        own=slugs.keys(),
        slugs=slugs,
        history=history,
        stale_before=find_stale_day(start.order.today, start.settings.limits.stale_after_days),
    )
    accounts = {guide.account for guide in edits.by_domain.values() if guide.account and guide.account in slugs}
    services = {}
    for domain in edits.by_domain.keys() | accounts:
        record, guide = baseline.directory.get(domain), edits.by_domain.get(domain)
        if record is None and (guide is None or guide.name is None):
            return None
        services[domain] = merger.merge(domain, record, guide)
    return services


def _are_as_before(edits: _Edits, services: Mapping[str, Service], brief: Brief, frame: Frame) -> bool:
    """Tell whether the edited services are in brief what they were."""
    summaries = {
        guide.domain: pack_summary(summarise(services[guide.domain], frame.rules)) for guide in edits.edited.values()
    }
    return sum(plain == summaries[plain[0]] for plain in brief.services if plain[0] in summaries) == len(summaries)


def _check(
    start: Start, edits: _Edits, baseline: Baseline, services: Mapping[str, Service], brief: Brief
) -> list[Problem] | None:
    """Return all warnings, those on the edited guides anew; None where there is an error."""
    guides = tuple(edits.edited.values())
    finding = find_unlisted(guides, baseline)
    domains = {plain[0] for plain in brief.services}.union(brief.removed)
    found = check_guides(finding.usable, baseline, services, domains, edits.content.editorial, start.order.latest)
    if len(finding.usable) != len(guides) or any(problem.severity == "error" for problem in found):
        return None
    others = [problem for problem in brief.problems if problem.path not in edits.edited]
    return sorted({*others, *finding.problems, *found})


def _plan_pages(
    edits: _Edits,
    services: Mapping[str, Service],
    brief: Brief,
    frame: Frame,
    history: Mapping[str, tuple[Event, ...]],
) -> Iterator[Page]:
    concerned = [services[domain] for domain in edits.concerned]
    # Neighbours have the first category and the regions in common, so the others need not be unpacked.
    groups = {(service.categories[:1], service.own_regions) for service in concerned}
    categories = {category for category, _ in groups}
    near = [
        unpack_summary(plain)
        for plain in brief.services
        if plain[3][:1] in categories and (plain[3][:1], find_own_regions(plain[4])) in groups
    ]
    neighbourhood = Neighbourhood(near)
    summaries = {summary.domain: summary for summary in near}
    for service in concerned:
        summary = summaries[service.domain]
        subject = Subject(
            service=service,
            account=services.get(service.account) if service.account else None,
            related=neighbourhood.find_related(summary),
            alternatives=neighbourhood.find_alternatives(summary),
            history=history.get(service.domain, ()),
        )
        yield from plan_subject(subject, frame)


def _build_site(
    start: Start,
    current: Manifest,
    frame: Frame,
    pages: Mapping[str, Page],
    files: Mapping[str, bytes],
    brief: Brief,
    ends: Collection[str],
) -> Site:
    verified = (note.verified for note in brief.guides.values() if note.verified)
    since, until = find_span(verified, ends, start.order.today, start.settings.limits.stale_after_days)
    return Site(
        view=frame.site,
        paths=FilePaths(current.files),
        pages=pages,
        files=files,
        page_count=current.report["kept"],
        marks=start.marks,
        warnings=tuple(map(str, brief.problems)),
        is_sample=current.report["sample"],
        since=since,
        until=until,
    )


def _compare(site: Site, keys: Keys, existing: Existing) -> Difference:
    """Compare what may differ with what lies there; everything else is kept."""
    known = existing.keys
    pages = tuple(page for page in site.pages.values() if known[file_of(page.path)] != keys.find(page))
    files = {file_of(path): data for path, data in site.files.items()}
    files = {name: data for name, data in files.items() if known.get(name) != hash_bytes(data)}
    changed = {*files, *(file_of(page.path) for page in pages)}
    kept = dict(existing.intact)
    for name in changed:
        kept.pop(name, None)
    return Difference(kept=kept, pages=pages, files=files, lost=frozenset(), has_strangers=False)
