"""Plan a build after edits to guides alone, at the cost of those guides.

Everything that pages show of a service other than their own stands in its summary. So where the summaries come out as
they were, only the pages of the edited services can differ, and those of services that sign in with their accounts. In
every other case there is no patch, and the whole site is planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.build.brief import Brief, note_all
from generator.build.keys import Keys
from generator.build.site import Difference, FilePaths, Plan, Site, find_span
from generator.catalogue.belonging import find_unlisted
from generator.catalogue.checks import check_guides
from generator.catalogue.decisions.related import Neighbourhood
from generator.catalogue.decisions.summary import summarise
from generator.catalogue.load import load_content
from generator.catalogue.merge import find_stale_day, group_events, merge_some
from generator.catalogue.moves import confirm
from generator.catalogue.suppressions import leave_out, list_ends
from generator.catalogue.todo import find_warned
from generator.pages.addresses import file_of
from generator.pages.context import Subject, build_frame
from generator.pages.digest import hash_bytes
from generator.pages.machine import build_sitemaps
from generator.pages.page import find_lastmods
from generator.pages.subject import plan_subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from generator.build.existing import Existing
    from generator.build.site import Order
    from generator.cache import Cache
    from generator.catalogue.inputs import Baseline, Content
    from generator.config import Paths, Settings
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


def plan_patch(order: Order, settings: Settings, existing: Existing, brief: Brief) -> Plan | None:
    """Plan a build after edits of guides; None where anything else may differ, or anything is wrong.

    ``brief`` is the catalogue in brief as it was when the site was made.
    """
    current, marks, names = existing.current, existing.marks, existing.changed
    if current is None or not existing.is_whole:
        return None
    if current.base_url != (order.base_url or "") or not current.holds(order.today):
        return None
    if not names or any(name not in brief.guides or name not in marks for name in names):
        return None
    edits = _read(settings.paths, order.memory.find_cache(marks), names, brief)
    if edits is None:
        return None
    baseline = confirm(order.memory.find_baseline(marks), edits.content.moves)
    baseline = leave_out(baseline, edits.content.suppressions, order.today)
    # What all pages show is made from other files, so it is what it was.
    frame = build_frame(brief.site, edits.content.editorial, settings)
    history = group_events(baseline.events)
    services = merge_some(
        edits.by_domain,
        edits.by_domain,
        baseline,
        {summary.domain: summary.slug for summary in brief.services},
        history,
        stale_before=find_stale_day(order.today, settings.limits.stale_after_days),
    )
    if not services.keys() >= edits.by_domain.keys() or not _are_as_before(edits, services, brief, frame):
        return None
    problems = _check(order, edits, baseline, services, brief)
    # What is found wrong with a guide stands on the page of the editors too.
    if problems is None or find_warned(problems, {}) != find_warned(brief.problems, {}):
        return None
    pages = {page.path: page for page in _plan_pages(edits, services, brief, frame, history)}
    changed = replace(
        brief,
        guides=brief.guides | note_all(edits.edited.values()),
        lastmods=brief.lastmods | find_lastmods(pages.values()),
        problems=problems,
    )
    files = {}
    if changed.lastmods != brief.lastmods:
        files = build_sitemaps(changed.lastmods, frame.site.base_url)
    verified = (note.verified for note in changed.guides.values() if note.verified)
    ends = list_ends(edits.content.suppressions)
    since, until = find_span(verified, ends, order.today, settings.limits.stale_after_days)
    site = Site(
        view=frame.site,
        paths=FilePaths(current.files),
        pages=pages,
        files=files,
        page_count=current.report["kept"],
        marks=marks,
        warnings=tuple(map(str, problems)),
        is_sample=current.report["sample"],
        since=since,
        until=until,
    )
    keys = Keys(marks, frame.site, order.memory.find_templates(marks).closures)
    return Plan(site=site, keys=keys, difference=_compare(site, keys, existing), brief=changed)


def _read(paths: Paths, cache: Cache, names: Collection[str], brief: Brief) -> _Edits | None:
    """Read the edited guides and those that belong to them; None where one has a problem or another domain."""
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


def _are_as_before(edits: _Edits, services: Mapping[str, Service], brief: Brief, frame: Frame) -> bool:
    """Tell whether the edited services are in brief what they were."""
    edited = {guide.domain for guide in edits.edited.values()}
    before = {summary.domain: summary for summary in brief.services if summary.domain in edited}
    return before == {domain: summarise(services[domain], frame.rules) for domain in edited}


def _check(
    order: Order, edits: _Edits, baseline: Baseline, services: Mapping[str, Service], brief: Brief
) -> list[Problem] | None:
    """Return all warnings, those on the edited guides anew; None where there is an error."""
    guides = tuple(edits.edited.values())
    finding = find_unlisted(guides, baseline)
    domains = {summary.domain for summary in brief.services}.union(brief.removed)
    found = check_guides(finding.usable, baseline, services, domains, edits.content.editorial, order.latest)
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
    # Neighbours have the first category and the regions in common.
    groups = {(service.categories[:1], service.own_regions) for service in concerned}
    near = [summary for summary in brief.services if (summary.categories[:1], summary.own_regions) in groups]
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
