"""A service in brief: all that pages other than its own may say of it (pure).

Lists, the search index, redirects and neighbours are built from summaries alone. So whatever changes on a service
without changing its summary changes its own pages and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.sharing import has_share_page
from generator.catalogue.decisions.tasks import Task, decide_tasks
from generator.catalogue.decisions.verdict import decide_strength, decide_verdict
from generator.model import Strength, Verdict, find_own_regions

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules
    from generator.model import Service


class Summary(Struct, frozen=True, kw_only=True):
    """A service in brief; ``method_ids`` are in the order that holds everywhere.

    ``tasks`` is what it waits for from an editor, ``curated_path`` the file of its guide, if there is one.
    """

    domain: str
    slug: str
    name: str
    categories: tuple[str, ...]
    regions: tuple[str, ...]
    method_ids: tuple[str, ...]
    verdict: Verdict
    strength: Strength
    other_names: tuple[str, ...]
    has_share_page: bool
    curated_path: str | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def own_regions(self) -> tuple[str, ...]:
        """Return the regions that it is for; none for a service that is everywhere, with or without exceptions."""
        return find_own_regions(self.regions)

    def has_method(self, method: str) -> bool:
        """Tell whether the service is in the list of a method."""
        return self.verdict is Verdict.YES and method in self.method_ids


def summarise(service: Service, rules: Rules) -> Summary:
    """Return a service in brief."""
    return Summary(
        domain=service.domain,
        slug=service.slug,
        name=service.name,
        categories=service.categories,
        regions=service.regions,
        method_ids=service.method_ids,
        verdict=decide_verdict(service),
        strength=decide_strength(service),
        other_names=tuple(dict.fromkeys((*service.additional_domains, *service.aliases))),
        has_share_page=has_share_page(service, rules),
        curated_path=service.curated_path,
        tasks=decide_tasks(service),
    )
