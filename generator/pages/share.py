"""The page "How do I share X 2FA with my team?" (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from generator.catalogue.decisions.dead import write_dead_terms
from generator.catalogue.decisions.sharing import TeamSection, Terms, decide_terms, has_share_page, plan_team_section
from generator.catalogue.decisions.text import OPEN, Text, isolate, say
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.page import Credit, Page
from generator.pages.service import find_lastmod, render_instead

if TYPE_CHECKING:
    from generator.model import Service
    from generator.pages.context import Frame, Subject

_QUESTION = say("How do I share {name} 2FA with my team?", name=OPEN)
_DESCRIPTION = "Sharing {name} 2FA codes in a team with {product}: the steps, who sees what, and what the terms say."


class ShareView(Struct, frozen=True, kw_only=True):
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
    dead_links: tuple[Text, ...]
    credit: Credit | None


def plan_share_page(subject: Subject, frame: Frame) -> Page | None:
    """Return the share page of one service; None where the team section has no steps."""
    service = subject.service
    if not has_share_page(service, frame.rules):
        return None
    return Page(
        path=addresses.share(service.slug),
        template="pages/share.html",
        build=lambda: build_share_view(service, frame),
        identity=lambda: frame.digest + encode(service),
        lastmod=find_lastmod(service),
        kin=" ".join(service.method_ids),
    )


def build_share_view(service: Service, frame: Frame) -> ShareView:
    """Return what the share page of one service prints."""
    site, rules = frame.site, frame.rules
    team, product = plan_team_section(service, rules), rules.product
    if product is None or team is None:
        message = f"{service.domain} has no share page"
        raise ValueError(message)
    name = isolate(service.name)
    question = _QUESTION.fill(name)
    return ShareView(
        title=question.text,
        description=_DESCRIPTION.format(name=service.name, product=product.name),
        canonical=site.canonical(addresses.share(service.slug)),
        question=question,
        name=name,
        service_href=site.href(addresses.service(service.slug)),
        team=team,
        product_url=product.url,
        call_to_action=team.call_to_action.fill(name) if product.url and team.call_to_action else None,
        terms=decide_terms(service),
        instead=render_instead(service, site.base_path),
        dead_links=write_dead_terms(service),
        credit=site.credits.get(service.source),
    )
