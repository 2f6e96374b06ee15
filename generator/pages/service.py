"""The page of a service: "Does X support 2FA?" (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from generator.catalogue.decisions.ask import plan_request
from generator.catalogue.decisions.faq import list_questions
from generator.catalogue.decisions.history import write_history
from generator.catalogue.decisions.methods import describe_hardware, list_methods
from generator.catalogue.decisions.readiness import decide_verification, score_readiness, write_verification
from generator.catalogue.decisions.setup import Guide, KnownFacts, plan_recovery, plan_setup
from generator.catalogue.decisions.sharing import decide_terms, has_share_page, plan_team_section
from generator.catalogue.decisions.side import write_side_notes
from generator.catalogue.decisions.text import isolate
from generator.catalogue.decisions.verdict import (
    decide_strength,
    decide_verdict,
    write_answer,
    write_lead,
    write_note,
    write_question,
)
from generator.model import CURATED, Service, Strength, Verdict, find_method
from generator.pages import addresses
from generator.pages.digest import hash_value
from generator.pages.markup import render_inline, render_markdown
from generator.pages.page import (
    Credit,
    Link,
    Page,
    SiteView,
    answer_questions,
    build_credit,
    dump_faq,
    link_service,
)
from generator.pages.service_view import RecoveryView, ServiceView, SetupView, Steps

if TYPE_CHECKING:
    from generator.pages.context import Frame, Neighbour, Subject

_VERDICTS = {Verdict.YES: "Yes", Verdict.NO: "No", Verdict.UNKNOWN: "Unknown", Verdict.REMOVED: "Removed"}
_STRENGTHS = {
    Strength.PHISHING_RESISTANT: "Phishing-resistant method listed",
    Strength.STRONG: "Strong method listed",
    Strength.WEAK: "Weak methods listed",
    Strength.UNRATED: "Not rated",
    Strength.NONE: "",
}


def plan_service_page(subject: Subject, frame: Frame) -> Page:
    """Return the page of one service."""
    service = subject.service
    return Page(
        path=addresses.service(service.slug),
        template="pages/service.html",
        build=lambda: build_service_view(subject, frame),
        digest=lambda: frame.digest + hash_value(subject),
        lastmod=find_lastmod(service),
        listed=service.removal is None,
    )


def build_service_view(subject: Subject, frame: Frame) -> ServiceView:
    """Return what the page of one service prints."""
    service = subject.service
    site, rules = frame.site, frame.rules
    verdict = decide_verdict(service)
    listed = verdict is not Verdict.REMOVED
    questions = answer_questions(list_questions(service, rules), site.base_path)
    plan = plan_setup(service, subject.account)
    product = rules.product
    share = addresses.share(service.slug) if has_share_page(service, rules) else None
    path = addresses.service(service.slug)
    question = write_question(service)
    return ServiceView(
        title=question.text,
        description=write_answer(service, rules).text,
        canonical=site.canonical(path),
        json_ld=dump_faq(questions),
        categories=tuple(frame.link_category(name) for name in service.categories),
        name=isolate(service.name),
        domain=service.domain,
        question=question,
        verdict=verdict,
        verdict_label=_VERDICTS[verdict],
        lead=write_lead(service, rules),
        note=write_note(service),
        dispute=service.disputed if listed else None,
        strength=decide_strength(service),
        strength_label=_STRENGTHS[decide_strength(service)],
        terms=decide_terms(service) if verdict is Verdict.YES else None,
        instead=render_instead(service, site.base_path),
        documentation=service.documentation if listed else None,
        readiness=score_readiness(service),
        readiness_href=site.href(addresses.METHODOLOGY) + "#readiness",
        methods=list_methods(service, rules) if verdict is Verdict.YES else (),
        side_notes=write_side_notes(service, rules) if verdict is Verdict.YES else (),
        regions=rules.name_regions(service.regions),
        state=decide_verification(service) if listed else None,
        verification=write_verification(service, rules) if listed else None,
        setup=_build_setup(plan, site) if isinstance(plan, Guide) else None,
        known=plan if isinstance(plan, KnownFacts) else None,
        hardware=describe_hardware(service) if verdict is Verdict.YES else None,
        recovery=_build_recovery(service, site),
        request=plan_request(service, rules),
        alternatives=_link_all(subject.alternatives, site) if verdict is Verdict.NO else (),
        team=plan_team_section(service, rules),
        product_name=product.name if product else "",
        product_url=product.url if product else None,
        pitch=product.pitch if product else "",
        share_href=site.href(share) if share else None,
        questions=questions,
        history=write_history(subject.history),
        related=_link_all(subject.related, site),
        credit=build_credit(frame.sources[service.source], site.base_path) if service.source != CURATED else None,
        passkeys_credit=_credit_passkeys(service, frame) if verdict is Verdict.YES else None,
        edit_href=_find_edit_link(service, frame),
        report_href=_find_report_link(service, frame),
    )


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
        account=link_service(site, owner.name, owner.slug) if owner else None,
        plans=guide.setup.plans,
        requires=guide.setup.requires,
        steps=tuple(render_inline(step, base) for step in guide.setup.steps),
        by_method=tuple(
            Steps(label=find_method(method).label, steps=tuple(render_inline(step, base) for step in steps))
            for method, steps in guide.by_method
        ),
        checked=guide.checked,
    )


def _build_recovery(service: Service, site: SiteView) -> RecoveryView | None:
    advice = plan_recovery(service)
    if advice is None:
        return None
    return RecoveryView(
        link=advice.link,
        sentences=advice.sentences,
        notes=render_markdown(advice.notes, site.base_path) if advice.notes else None,
        general=advice.general,
    )


def render_instead(service: Service, base_path: str) -> Markup | None:
    """Return the service's own way for several people, rendered."""
    instead = service.sharing.instead
    return render_markdown(instead, base_path) if instead else None


def _link_all(neighbours: Iterable[Neighbour], site: SiteView) -> tuple[Link, ...]:
    return tuple(link_service(site, name, slug) for name, slug in neighbours)


def _credit_passkeys(service: Service, frame: Frame) -> Credit | None:
    uses = service.passkeys is not None or any(method.layer == "passkeys" for method in service.methods)
    return build_credit(frame.sources["passkeys"], frame.site.base_path) if uses and not frame.site.sample else None


def _find_edit_link(service: Service, frame: Frame) -> str | None:
    """Return where an editor changes the curated file, or starts one."""
    repository = frame.repository
    if repository is None:
        return None
    if service.curated_path:
        return f"{repository}/edit/{frame.branch}/{quote(service.curated_path)}"
    return f"{repository}/new/{frame.branch}?filename=content/services/{service.slug}.yaml"


def _find_report_link(service: Service, frame: Frame) -> str | None:
    """Return where a reader reports a mistake in the record: with its source, or here where it is the editors' own."""
    if service.source == CURATED or frame.sources[service.source].report is None:
        return f"{frame.repository}/issues/new" if frame.repository else None
    return frame.sources[service.source].report
