"""Content and data, read, merged and checked as a whole: what every command starts from that needs the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.belonging import find_unlisted
from generator.catalogue.checks import check_baseline, check_guides
from generator.catalogue.load import load_baseline, load_content
from generator.catalogue.merge import Catalogue, find_stale_day, merge
from generator.catalogue.moves import check_moves, confirm, report_claims
from generator.catalogue.suppressions import check_suppressions, leave_out
from generator.errors import InvalidError
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.cache import Cache
    from generator.catalogue.inputs import Baseline, Content
    from generator.config import Settings
    from generator.model import Curated


class Gathered(Struct, frozen=True, kw_only=True):
    """Content and data, merged, with everything that is wrong with them."""

    catalogue: Catalogue
    content: Content
    usable: tuple[Curated, ...]
    problems: tuple[Problem, ...]


def gather(
    settings: Settings,
    today: str,
    latest: str,
    *,
    baseline: Baseline | None = None,
    cache: Cache | None = None,
    guides: Collection[str] | None = None,
) -> Gathered:
    """Read and merge everything as of the ISO date ``today``, and check it as a whole.

    No date in content may come after ``latest``. What upstream says is read unless the caller has it. Where ``guides``
    are named, only those curated files are read, and the catalogue has only their services, besides those removed.
    """
    content = load_content(settings.paths, cache, guides)
    baseline = confirm(baseline or load_baseline(settings.paths), content.moves)
    baseline = leave_out(baseline, content.suppressions, today)
    finding = find_unlisted(content.curated, baseline)
    stale_before = find_stale_day(today, settings.limits.stale_after_days)
    damaged = find_unlisted(content.damaged, baseline)
    judged = {guide.domain for guide in (*finding.usable, *damaged.usable)}
    only = None if guides is None else judged
    catalogue = merge(baseline, finding.usable, stale_before=stale_before, only=only)
    services, editorial = catalogue.by_domain(), content.editorial
    pages = services.keys() | baseline.directory.keys()
    problems = [
        *content.problems,
        *finding.problems,
        *damaged.problems,
        *check_guides(finding.usable, baseline, services, pages, editorial, latest, damaged.usable),
        *check_baseline(baseline, content),
        *check_suppressions(content.suppressions, today),
        *check_moves(content.moves, baseline),
        *report_claims(catalogue.claims, "data/sample/ledger.json" if baseline.sample else "data/ledger.json"),
    ]
    return Gathered(catalogue=catalogue, content=content, usable=finding.usable, problems=tuple(sorted(set(problems))))


def refuse_errors(problems: tuple[Problem, ...]) -> None:
    """Raise :class:`InvalidError` with all problems where one of them is an error."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        message = f"{len(errors)} error{'s' if len(errors) > 1 else ''} in content or data; nothing was built"
        raise InvalidError(message, problems=problems)
