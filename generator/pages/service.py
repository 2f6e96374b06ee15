"""The page of a service: "Does X support 2FA?" (pure)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.catalogue.decisions.ask import plan_request
from generator.catalogue.decisions.dead import warn_of_documentation, write_dead_links
from generator.catalogue.decisions.faq import list_questions
from generator.catalogue.decisions.history import write_history
from generator.catalogue.decisions.methods import describe_hardware, list_methods
from generator.catalogue.decisions.readiness import decide_verification, score_readiness, write_verification
from generator.catalogue.decisions.setup import Guide, KnownFacts, RecoveryAdvice, plan_recovery, plan_setup
from generator.catalogue.decisions.sharing import decide_terms, plan_team_section
from generator.catalogue.decisions.side import write_side_notes
from generator.catalogue.decisions.text import Text, isolate, sentences
from generator.catalogue.decisions.verdict import QUESTION, decide_strength, decide_verdict, write_lead, write_note
from generator.model import CURATED, DIRECTORY, SAMPLE, Service, SharingVerdict, Strength, Verdict, find_method
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.markup import render_inline, render_markdown
from generator.pages.page import Credit, Link, Page, SiteView, link_service
from generator.pages.questions import answer_questions, name_in_json_ld
from generator.pages.repository import link_guide, list_reports
from generator.pages.service_view import Badge, RecoveryView, ServiceView, SetupView, Steps

if TYPE_CHECKING:
    from generator.catalogue.decisions.related import Neighbour
    from generator.pages.context import Frame, Subject

_VERDICTS = {Verdict.YES: "Yes", Verdict.NO: "No", Verdict.UNKNOWN: "Unknown", Verdict.REMOVED: "Removed"}
_STRENGTHS = {
    Strength.PHISHING_RESISTANT: "Phishing-resistant method listed",
    Strength.STRONG: "Strong method listed",
    Strength.WEAK: "Weak methods listed",
    Strength.UNRATED: "Not rated",
}


def plan_service_page(subject: Subject, frame: Frame) -> Page:
    """Return the page of one service."""
    service = subject.service
    return Page(
        path=addresses.service(service.slug),
        template="pages/service.html",
        build=lambda: build_service_view(subject, frame),
        identity=lambda: frame.digest + encode(subject),
        lastmod=find_lastmod(service),
        listed=service.removal is None,
        kin=" ".join(service.method_ids),
    )


def build_service_view(subject: Subject, frame: Frame) -> ServiceView:
    """Return what the page of one service prints."""
    service = subject.service
    site, rules = frame.site, frame.rules
    base = site.base_path
    verdict = decide_verdict(service)
    supported, listed = verdict is Verdict.YES, verdict is not Verdict.REMOVED
    name = isolate(service.name)
    question, lead, note = QUESTION.fill(name), write_lead(service, rules).fill(name), write_note(service)
    terms = decide_terms(service) if supported else None
    plan = plan_setup(service, subject.account)
    team = plan_team_section(service, rules)
    faq = answer_questions(list_questions(service, rules), base)
    passkeys_credit = _credit_passkeys(service, site) if supported else None
    share_href = site.href(addresses.share(service.slug)) if team and team.kind == "steps" else None
    return ServiceView(
        title=question.text,
        description=sentences(lead, note).text,
        canonical=site.canonical(addresses.service(service.slug)),
        json_ld=name_in_json_ld(faq.json_ld, service.name),
        categories=_list_categories(service, frame),
        name=name,
        domain=service.domain,
        question=question,
        verdict=verdict,
        verdict_label=_VERDICTS[verdict],
        lead=lead,
        note=note,
        dispute=service.disputed if listed else None,
        badges=_list_badges(decide_strength(service), terms.verdict, terms.badge) if terms else (),
        terms=terms,
        instead=render_instead(service, base),
        documentation=service.documentation if listed else None,
        documentation_warning=warn_of_documentation(service),
        readiness=score_readiness(service),
        methods=list_methods(service, rules) if supported else (),
        side_notes=write_side_notes(service, rules) if supported else (),
        regions=rules.name_regions(service.regions),
        state=decide_verification(service) if listed else None,
        verification=write_verification(service, rules) if listed else None,
        setup=_build_setup(plan, site) if isinstance(plan, Guide) else None,
        known=plan if isinstance(plan, KnownFacts) else None,
        hardware=describe_hardware(service) if supported else None,
        recovery=_build_recovery(advice, base) if (advice := plan_recovery(service)) else None,
        request=plan_request(service, rules),
        alternatives=_link_all(subject.alternatives, base) if verdict is Verdict.NO else (),
        team=team,
        share_href=share_href,
        call_to_action=team.call_to_action.fill(name) if team and team.call_to_action else None,
        action_href=rules.product.url or share_href if rules.product else None,
        questions=faq.questions,
        history=write_history(subject.history),
        history_source=rules.sources[SAMPLE if site.sample else DIRECTORY],
        related=_link_all(subject.related, base),
        credit=site.credits[service.source] if service.source != CURATED else None,
        passkeys_credit=passkeys_credit,
        dead_links=write_dead_links(service, subject.account),
        edit_href=link_guide(frame, service),
        reports=list_reports(frame, service, uses_passkeys=passkeys_credit is not None),
    )


@lru_cache(maxsize=64)
def _list_badges(strength: Strength, sharing: SharingVerdict, label: str) -> tuple[Badge, ...]:
    return (
        Badge(kind=strength, label=_STRENGTHS[strength]),
        Badge(kind=f"sharing-{sharing}", label=label, href="#sharing"),
    )


def _list_categories(service: Service, frame: Frame) -> tuple[Link, ...]:
    titles = tuple([frame.name_category(name) for name in service.categories])
    return _link_categories(service.categories, titles, frame.site.base_path)


@lru_cache(maxsize=1024)
def _link_categories(names: tuple[str, ...], titles: tuple[str, ...], base_path: str) -> tuple[Link, ...]:
    pairs = zip(names, titles, strict=True)
    return tuple(Link(label=title, href=base_path + addresses.category(name)) for name, title in pairs)


def find_lastmod(service: Service) -> str | None:
    """Return the newest date among the facts of a service."""
    dates = [
        service.since,
        service.verified.date if service.verified else None,
        service.sharing.checked,
        service.removal.date if service.removal else None,
    ]
    return max((date for date in dates if date), default=None)


def _build_setup(guide: Guide, site: SiteView) -> SetupView:
    base = site.base_path
    owner = guide.account
    return SetupView(
        source=guide.setup.source,
        account=link_service(base, owner.slug, owner.name) if owner else None,
        plans=guide.setup.plans,
        requires=guide.setup.requires,
        steps=tuple(render_inline(step, base) for step in guide.setup.steps),
        by_method=tuple(
            Steps(label=find_method(method).label, steps=tuple(render_inline(step, base) for step in steps))
            for method, steps in guide.by_method
        ),
        checked=guide.checked,
    )


@lru_cache(maxsize=1024)
def _build_recovery(advice: RecoveryAdvice, base_path: str) -> RecoveryView:
    return RecoveryView(
        link=advice.link,
        sentences=advice.sentences,
        notes=render_markdown(advice.notes, base_path) if advice.notes else None,
        general=advice.general,
    )


def render_instead(service: Service, base_path: str) -> Markup | None:
    """Return the service's own way for several people, rendered."""
    instead = service.sharing.instead
    return render_markdown(instead, base_path) if instead else None


def _link_all(neighbours: tuple[Neighbour, ...], base_path: str) -> tuple[Text, ...]:
    return tuple([link_service(base_path, slug, name) for name, slug in neighbours])


def _credit_passkeys(service: Service, site: SiteView) -> Credit | None:
    uses = service.passkeys is not None or any(method.layer == "passkeys" for method in service.methods)
    return site.credits.get("passkeys") if uses else None
