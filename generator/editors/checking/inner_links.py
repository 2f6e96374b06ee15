"""Links of guides to pages of this site that are not there, which a build refuses without knowing the file (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.pages import addresses
from generator.problems import Problem
from generator.validation.markdown import find_targets
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.build.gather import Gathered
    from generator.config import Settings
    from generator.model import Curated

_QUERY = re.compile(r"[?#].*", re.DOTALL)


def check_inner_links(gathered: Gathered, settings: Settings) -> list[Problem]:
    """Return a finding for each such link. No page goes away that was published, so what was right stays right."""
    # Most lead to a service: only for what doesn't, all pages are planned, which takes longer than the rest.
    certain = {addresses.service(service.slug) for service in gathered.catalogue.by_domain().values()}
    found = [(guide, *link) for guide in gathered.usable for link in _find_links(guide) if link[1] not in certain]
    if not found:
        return []
    from generator.pages.context import build_context
    from generator.pages.plan import plan_site

    planned = plan_site(build_context(gathered.catalogue, gathered.content.editorial, settings, {}))
    paths = planned.pages.keys() | planned.files.keys()
    return [_report(guide, key, target, paths) for guide, key, target in found if target not in paths]


def _find_links(guide: Curated) -> Iterator[tuple[str, str]]:
    """Yield key and target of every link to a page of this site."""
    setup, recovery = guide.setup, guide.recovery
    texts = {
        "setup": [*setup.steps, *(step for steps in setup.methods.values() for step in steps)] if setup else [],
        "recovery.notes": [recovery.notes or ""] if recovery else [],
        "sharing.instead": [guide.sharing.instead or ""],
        "faq": [question.answer for question in guide.faq],
    }
    for key, parts in texts.items():
        for target in (target for text in parts for target in find_targets(text)):
            if target.startswith("/"):
                yield key, _QUERY.sub("", target)


def _report(guide: Curated, key: str, target: str, paths: set[str]) -> Problem:
    line, column = guide.lines.get(key, (0, 0))
    near = suggest(target, paths, cutoff=0.8)
    return Problem(
        path=guide.path,
        line=line,
        column=column,
        rule="dead-link",
        message=f"the link {target} leads to no page of this site",
        fix=f"did you mean {near}?" if near else "open the page that is meant, and copy the path of its address",
    )
