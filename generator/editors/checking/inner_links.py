"""Links of guides to pages of this site that are not there, which a build refuses without knowing the file (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.faults import report
from generator.model import Curated
from generator.pages import addresses
from generator.pages.context import build_context
from generator.pages.plan import plan_site
from generator.validation.markdown import find_targets
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.catalogue.gather import Gathered
    from generator.config import Settings
    from generator.problems import Problem

_QUERY = re.compile(r"[?#].*", re.DOTALL)


class InnerLink(Struct, frozen=True, kw_only=True):
    """A link of a guide to a page of this site: the path that it names, and the key that it stands in."""

    guide: Curated
    key: str
    target: str


def find_doubtful_links(gathered: Gathered) -> list[InnerLink]:
    """Return the links that don't lead to a listed service, as most do; where those lead takes a plan of all pages."""
    rows = gathered.catalogue.baseline.ledger.services
    certain = {addresses.service(row.slug) for row in rows.values() if row.gone is None}
    links = (
        InnerLink(guide=guide, key=key, target=target)
        for guide in gathered.usable
        for key, target in _find_links(guide)
    )
    return [link for link in links if link.target not in certain]


def check_inner_links(links: Iterable[InnerLink], whole: Gathered, settings: Settings) -> list[Problem]:
    """Return a finding for each link to no page. None goes away that was published, so what was right stays right."""
    planned = plan_site(build_context(whole.catalogue, whole.content.editorial, settings, {}))
    paths = planned.pages.keys() | planned.files.keys()
    return [_report(link, paths) for link in links if link.target not in paths]


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


def _report(link: InnerLink, paths: set[str]) -> Problem:
    near = suggest(link.target, paths, cutoff=0.8)
    message = f"the link {link.target} leads to no page of this site"
    fix = f"did you mean {near}?" if near else "open the page that is meant, and copy the path of its address"
    return report(link.guide, link.key, "dead-link", message, fix)
