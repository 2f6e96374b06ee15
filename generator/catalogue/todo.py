"""The queues of what needs an editor, most useful first (pure): for ``twofa todo`` and the page of the editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.catalogue.decisions.tasks import (
    DEAD_LINK,
    DISPUTED,
    NEEDS_REVIEW,
    NO_GUIDE,
    SHARING_UNKNOWN,
    STALE,
    UNVERIFIED,
)
from generator.catalogue.moves import CLAIM
from generator.catalogue.moves import FILE as MOVES
from generator.identity import assign_slugs, first_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.catalogue.decisions.summary import Summary
    from generator.config import Wanted
    from generator.formats.ledger import Ledger
    from generator.formats.ownership import LostClaim
    from generator.model import PasskeyRecord
    from generator.problems import Problem

#: The queue of services that have no name yet.
UNNAMED = "unnamed"

#: The queue of services that left and may live on under another domain.
SUGGESTED = "perhaps-moved"

#: The file of the links that are left alone.
SUPPRESSIONS = "content/links.yaml"

#: The folder of the guides, as items name it.
_FOLDER = "content/services/"

#: Every queue: reason → heading and what to do, in the order in which they help readers most. Reasons that no service
#: has are rules of ``twofa check`` whose findings wait for an editor.
QUEUES: Mapping[str, tuple[str, str]] = {
    NEEDS_REVIEW: ("Changed since verified", "Look again at what the service offers, mend the guide, stamp it anew."),
    STALE: ("Verified long ago", "Look again, and stamp it anew."),
    DISPUTED: ("Disputed", "Find out who is right, then remove the key disputed."),
    DEAD_LINK: (
        "Links that may be dead",
        "Look where they lead; mend them, or have content/links.yaml leave them alone.",
    ),
    SUGGESTED: (
        "Services that may have moved",
        "Find out, and add one line to content/moves.yaml: the successor's domain, or null.",
    ),
    CLAIM: (
        "Addresses that two services have had",
        "See that each leads to the right service, and settle it with one line in content/moves.yaml.",
    ),
    "moved-domain": ("Files of services that moved", "Set the new domain, and check the guide."),
    "orphaned": ("Files without their service", "Upstream removed or moved the service; move the guide or delete it."),
    "override-overtaken": ("Overrides that upstream has overtaken", "Remove what upstream now says itself."),
    "unlisted-method": ("Steps for methods that are not listed", "Remove the steps, or add the method by override."),
    "unlisted-domain": ("Accounts of services that have left", "Name another account, or remove the key."),
    "listed-upstream": ("Services that upstream lists by now", "Remove the keys that upstream has taken over."),
    "early-date": ("Stamps from before the service was listed", "Look again, and stamp it anew."),
    "file-name": ("Files with another name than the page", "Rename the file."),
    UNVERIFIED: ("Guides that nobody has verified", "Sign in, compare, and stamp the guide."),
    SHARING_UNKNOWN: ("Guides whose sharing is unknown", "Read the terms, and record what they say with the link."),
    UNNAMED: ("Services that only the Passkeys Directory knows", "Give the service a name, categories and methods."),
    NO_GUIDE: ("Services without a guide", "Write one from the service's own documentation."),
}


class Item(Struct, frozen=True, kw_only=True):
    """One thing to do: whose page it is about, the queue, what to know, and the file to open or to make."""

    slug: str
    reason: str
    detail: str
    path: str


def list_items(
    summaries: Sequence[Summary],
    warnings: Iterable[Problem],
    unnamed: Iterable[PasskeyRecord],
    wanted: Wanted,
    ledger: Ledger,
    claims: Iterable[LostClaim],
) -> tuple[Item, ...]:
    """Return everything that needs an editor, queue by queue; stale guides the oldest first.

    ``summaries`` are the services in A to Z order, ``warnings`` the findings of a check, ``unnamed`` the records of
    the Passkeys Directory for services that nobody has named. ``wanted`` says which guides are missed most, ``claims``
    are the rows of the ledger that others have overruled.
    """
    order = {reason: place for place, reason in enumerate(QUEUES)}
    slugs = {summary.curated_path: summary.slug for summary in summaries if summary.curated_path}
    own = {summary.domain: summary.slug for summary in summaries}
    items = [
        *_list_services(summaries, wanted),
        *find_warned(warnings, slugs),
        *_list_suggested(ledger),
        *_list_claims(claims),
        *_list_unnamed(unnamed, {domain: row.slug for domain, row in ledger.services.items()} | own),
    ]
    return tuple(sorted(items, key=lambda item: (order[item.reason], item.detail if item.reason == STALE else "")))


def _list_services(summaries: Sequence[Summary], wanted: Wanted) -> Iterator[Item]:
    for summary in _sort_wanted([summary for summary in summaries if summary.tasks], wanted):
        guide = summary.curated_path or f"{_FOLDER}{summary.slug}.yaml"
        for reason, detail in summary.tasks:
            is_new = reason == NO_GUIDE and not summary.curated_path
            yield Item(
                slug=summary.slug,
                reason=reason,
                detail=f"twofa new {summary.domain}" if is_new else detail or "its file has no steps yet",
                # What upstream's record says is not mended in a guide.
                path=SUPPRESSIONS if reason == DEAD_LINK else guide,
            )


def _sort_wanted(summaries: list[Summary], wanted: Wanted) -> list[Summary]:
    """Return the services that the settings name, then those of their categories, then the rest, each as it comes."""
    services = {domain: place for place, domain in enumerate(wanted.services)}
    categories = {name: place for place, name in enumerate(wanted.categories, len(services))}
    last = len(services) + len(categories)

    def rank(summary: Summary) -> int:
        if (place := services.get(summary.domain)) is not None:
            return place
        return min([categories.get(name, last) for name in summary.categories], default=last)

    return sorted(summaries, key=rank)


def find_warned(warnings: Iterable[Problem], slugs: Mapping[str, str]) -> tuple[Item, ...]:
    """Return the findings on guides that wait for an editor; ``slugs`` are those of the services, by file."""
    return tuple(
        Item(
            slug=slugs.get(problem.path) or _name_of(problem.path),
            reason=problem.rule,
            detail=problem.message,
            path=problem.path,
        )
        for problem in warnings
        if problem.rule in QUEUES and problem.severity == "warning" and problem.path.startswith(_FOLDER)
    )


def _name_of(path: str) -> str:
    return path.removeprefix(_FOLDER).removesuffix(".yaml")


def _list_suggested(ledger: Ledger) -> Iterator[Item]:
    """Return the departures of which a fetch said that they may have been moves, the latest first."""
    rows = [(row.gone, domain, row.slug) for domain, row in ledger.services.items() if row.gone and row.gone.perhaps]
    for gone, domain, slug in sorted(rows, key=lambda row: (row[0].date, row[1]), reverse=True):
        lines = " or ".join(f"{domain}: {heir}" for heir in (*gone.perhaps, "null"))
        yield Item(slug=slug, reason=SUGGESTED, detail=f"left on {gone.date}; {lines}", path=MOVES)


def _list_claims(claims: Iterable[LostClaim]) -> Iterator[Item]:
    for claim in claims:
        yield Item(slug=claim.slug, reason=CLAIM, detail=f"{claim.as_text()}; to settle it: {claim.line}", path=MOVES)


def _list_unnamed(records: Iterable[PasskeyRecord], taken: Mapping[str, str]) -> Iterator[Item]:
    """Return one item for domains that look like one service: with the same record, and first label or page."""
    groups: dict[tuple[PasskeyRecord, str], list[str]] = {}
    for record in records:
        shared = record.documentation or first_label(record.domain)
        groups.setdefault((replace(record, domain=""), shared), []).append(record.domain)
    found = sorted(sorted(group, key=_rank_domain) for group in groups.values())
    slugs = assign_slugs(taken, [domains[0] for domains in found])
    for first, *others in found:
        more = f" (also {', '.join(others)})" if others else ""
        slug = slugs.get(first) or taken[first]
        detail = f"twofa new {first} --name …{more}"
        yield Item(slug=slug, reason=UNNAMED, detail=detail, path=f"{_FOLDER}{slug}.yaml")


def _rank_domain(domain: str) -> tuple[bool, int, str]:
    return not domain.endswith(".com"), len(domain), domain
