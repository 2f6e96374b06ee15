"""The page "How do I share X 2FA with my team?" (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.catalogue.decisions.sharing import TeamSection, Terms, decide_terms, plan_team_section
from generator.catalogue.decisions.text import OPEN, Text, isolate, say
from generator.pages import addresses
from generator.pages.page import Credit, Page, build_credit
from generator.pages.service import find_lastmod, render_instead

if TYPE_CHECKING:
    from generator.model import Service
    from generator.pages.context import Context

_QUESTION = say("How do I share {name} 2FA with my team?", name=OPEN)
_DESCRIPTION = "Sharing {name} 2FA codes in a team with {product}: the steps, who sees what, and what the terms say."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """Everything that a share page prints."""

    title: str
    description: str
    canonical: str
    question: Text
    name: Text
    service_href: str
    team: TeamSection
    product_url: str | None
    call_to_action: Text | None
    terms: Terms
    instead: Markup | None
    credit: Credit | None


def build_share_page(service: Service, context: Context) -> Page | None:
    """Return the share page of one service; None where the team section has no steps."""
    site, rules = context.site, context.rules
    team, product = plan_team_section(service, rules), rules.product
    if product is None or team is None or team.kind != "steps":
        return None
    path = addresses.share(service.slug)
    name = isolate(service.name)
    question = _QUESTION.fill(name)
    source = context.sources.get(service.source)
    view = ShareView(
        title=question.text,
        description=_DESCRIPTION.format(name=service.name, product=product.name),
        canonical=site.canonical(path),
        question=question,
        name=name,
        service_href=site.href(addresses.service(service.slug)),
        team=team,
        product_url=product.url,
        call_to_action=team.call_to_action.fill(name) if product.url and team.call_to_action else None,
        terms=decide_terms(service),
        instead=render_instead(service, site.base_path),
        credit=build_credit(source, site.base_path) if source else None,
    )
    return Page(path=path, template="pages/share.html", view=view, lastmod=find_lastmod(service))
