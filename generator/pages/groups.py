"""By what services are grouped: categories, methods, regions; each group with the one address that it keeps (pure).

Two names of upstream that come to the same address are one group. A group that was published stays, even when its name
has left both upstream and the content.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.identity import slugify
from generator.model import METHODS, Verdict, sort_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from generator.catalogue.decisions.summary import Summary


class Members(Struct, frozen=True, kw_only=True):
    """A group: its name as upstream or the content has it, and its services in A to Z order."""

    name: str
    services: tuple[Summary, ...]


class Groups(Struct, frozen=True, kw_only=True):
    """Every group by its slug: categories, methods in the order that holds everywhere, regions with services."""

    categories: Mapping[str, Members]
    methods: Mapping[str, Members]
    regions: Mapping[str, Members]


def group_services(summaries: Sequence[Summary], categories: Iterable[str], published: Collection[str]) -> Groups:
    """Return the groups of the services, which come in A to Z order.

    A category counts without services too, if it is among those known; ``published`` are the paths of the ledger.
    """
    unknown = {method for summary in summaries for method in summary.method_ids} - METHODS.keys()
    methods = _group(summaries, (*METHODS, *sorted(unknown)), _find_methods, _find_slugs(published, "method"))
    order = sort_methods([group.name for group in methods.values()])
    return Groups(
        categories=_group(
            summaries, categories, lambda summary: summary.categories, _find_slugs(published, "category")
        ),
        methods=dict(sorted(methods.items(), key=lambda item: order.index(item[1].name))),
        regions=_group(summaries, (), lambda summary: summary.own_regions, _find_slugs(published, "region")),
    )


def _find_methods(summary: Summary) -> tuple[str, ...]:
    return summary.method_ids if summary.verdict is Verdict.YES else ()


def _group(
    summaries: Iterable[Summary],
    known: Iterable[str],
    find_names: Callable[[Summary], Iterable[str]],
    published: Iterable[str],
) -> dict[str, Members]:
    """Return slug → group of the known names, of those that services have, and of those that were ever published."""
    names: dict[str, str] = {}
    services: dict[str, list[Summary]] = defaultdict(list)
    for name in known:
        names.setdefault(slugify(name), name)
    for summary in summaries:
        own: dict[str, str] = {}
        for name in find_names(summary):
            own.setdefault(slugify(name), name)
        for slug, name in own.items():
            names.setdefault(slug, name)
            services[slug].append(summary)
    for slug in published:
        names.setdefault(slug, slug)
    return {slug: Members(name=name, services=tuple(services[slug])) for slug, name in names.items()}


def _find_slugs(paths: Iterable[str], kind: str) -> Iterator[str]:
    prefix = f"/2fa-directory/{kind}/"
    for path in sorted(paths):
        if path.startswith(prefix):
            yield path.removeprefix(prefix).rstrip("/")
