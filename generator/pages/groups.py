"""By what services are grouped: categories, methods, regions; each group with the one address that it keeps (pure).

Two names of upstream that come to the same address are one group. A group that was published stays, even when its name
has left both upstream and the content.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.catalogue.decisions.verdict import decide_verdict
from generator.identity import slugify
from generator.model import METHODS, Service, Verdict, sort_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.pages.context import Context


@dataclass(slots=True, kw_only=True)
class Members:
    """A group: its name as upstream or the content has it, and its services in A to Z order."""

    name: str
    services: list[Service] = field(default_factory=list)


def group_categories(context: Context) -> dict[str, Members]:
    """Return slug → group of every category."""
    groups = {slugify(name): Members(name=name) for name in context.editorial.categories}
    for service in context.catalogue.services:
        _add(groups, service, service.categories)
    return _keep_published(groups, context, "category")


def group_methods(context: Context) -> dict[str, Members]:
    """Return slug → group of every method, in the order that holds everywhere."""
    unknown = {method for service in context.catalogue.services for method in service.method_ids} - METHODS.keys()
    groups: dict[str, Members] = {}
    for name in (*METHODS, *sorted(unknown)):
        groups.setdefault(slugify(name), Members(name=name))
    for service in context.catalogue.services:
        _add(groups, service, (method for method in service.method_ids if has_method(service, method)))
    groups = _keep_published(groups, context, "method")
    order = sort_methods([group.name for group in groups.values()])
    return dict(sorted(groups.items(), key=lambda item: order.index(item[1].name)))


def group_regions(context: Context) -> dict[str, Members]:
    """Return code → group of every region that has services of its own."""
    groups: dict[str, Members] = {}
    for service in context.catalogue.services:
        _add(groups, service, (code for code in service.regions if not code.startswith("-")))
    return _keep_published(groups, context, "region")


def has_method(service: Service, method: str) -> bool:
    """Tell whether a service is in the list of a method."""
    return decide_verdict(service) is Verdict.YES and method in service.method_ids


def _add(groups: dict[str, Members], service: Service, names: Iterable[str]) -> None:
    for name in names:
        group = groups.setdefault(slugify(name), Members(name=name))
        if not group.services or group.services[-1] is not service:
            group.services.append(service)


def _keep_published(groups: dict[str, Members], context: Context, kind: str) -> dict[str, Members]:
    for slug in _find_published(context.catalogue.ledger.addresses, f"/2fa-directory/{kind}/"):
        groups.setdefault(slug, Members(name=slug))
    return groups


def _find_published(paths: Iterable[str], prefix: str) -> Iterator[str]:
    for path in paths:
        if path.startswith(prefix):
            yield path.removeprefix(prefix).rstrip("/")
