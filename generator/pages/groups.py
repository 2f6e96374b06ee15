"""By what services are grouped: categories, methods, regions; each group with the one address that it keeps (pure).

Two names of upstream that come to the same address are one group. A group that was published stays, even when its name
has left both upstream and the content.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.catalogue.decisions.summary import Summary
from generator.identity import slugify
from generator.model import METHODS, Verdict, sort_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.pages.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A group: its name as upstream or the content has it, and its services in A to Z order."""

    name: str
    services: tuple[Summary, ...]


def group_categories(context: Context) -> dict[str, Members]:
    """Return slug → group of every category."""
    return _group(context, "category", context.editorial.categories, lambda summary: summary.categories)


def group_methods(context: Context) -> dict[str, Members]:
    """Return slug → group of every method, in the order that holds everywhere."""
    unknown = {method for summary in context.summaries for method in summary.method_ids} - METHODS.keys()
    groups = _group(context, "method", (*METHODS, *sorted(unknown)), _find_methods)
    order = sort_methods([group.name for group in groups.values()])
    return dict(sorted(groups.items(), key=lambda item: order.index(item[1].name)))


def group_regions(context: Context) -> dict[str, Members]:
    """Return code → group of every region that has services of its own."""
    return _group(context, "region", (), lambda summary: summary.own_regions)


def _find_methods(summary: Summary) -> tuple[str, ...]:
    return summary.method_ids if summary.verdict is Verdict.YES else ()


def _group(
    context: Context, kind: str, known: Iterable[str], find_names: Callable[[Summary], Iterable[str]]
) -> dict[str, Members]:
    """Return slug → group of the known names, of those that services have, and of those that were ever published."""
    names: dict[str, str] = {}
    services: dict[str, list[Summary]] = defaultdict(list)
    for name in known:
        names.setdefault(slugify(name), name)
    for summary in context.summaries:
        own: dict[str, str] = {}
        for name in find_names(summary):
            own.setdefault(slugify(name), name)
        for slug, name in own.items():
            names.setdefault(slug, name)
            services[slug].append(summary)
    for slug in _find_published(context.catalogue.ledger.addresses, f"/2fa-directory/{kind}/"):
        names.setdefault(slug, slug)
    return {slug: Members(name=name, services=tuple(services[slug])) for slug, name in names.items()}


def _find_published(paths: Iterable[str], prefix: str) -> Iterator[str]:
    for path in sorted(paths):
        if path.startswith(prefix):
            yield path.removeprefix(prefix).rstrip("/")
