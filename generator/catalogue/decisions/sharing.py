"""Sharing: what the terms say, and what a team can do (pure). One enum value drives every place that speaks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from generator.catalogue.decisions.text import Text, isolate, plain, possessive, say, sentences
from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import Service, SharingVerdict, Verdict

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

_BADGES = {
    SharingVerdict.PERMITTED: "Sharing permitted",
    SharingVerdict.TOLERATED: "Sharing tolerated",
    SharingVerdict.FORBIDDEN: "Sharing forbidden",
    SharingVerdict.UNKNOWN: "Sharing unknown",
}
_VERDICTS = {
    SharingVerdict.PERMITTED: "{name} permits sharing an account with a team.",
    SharingVerdict.TOLERATED: "{names} terms neither clearly allow nor rule out sharing an account with a team.",
    SharingVerdict.FORBIDDEN: "{names} terms do not allow sharing an account with a team.",
    SharingVerdict.UNKNOWN: "No editor has recorded yet what {names} terms say on sharing an account with a team.",
}
_ASK_FIRST = "Read the terms before you share."
_QUESTION = "Can I share {name} 2FA with my team?"
_TECHNICAL = {
    ("totp", "sms"): "Technically, both the codes of an authenticator app and those sent by SMS can be shared.",
    ("totp",): "Technically, the codes of an authenticator app can be shared.",
    ("sms",): "Technically, codes sent by SMS can be shared through a number that the team reads together.",
    (): "The methods listed can't be shared through {product}.",
}
_IMPOSSIBLE = "The methods listed for {name} can't be shared through {product}."


class Terms(Struct, frozen=True, kw_only=True):
    """What the terms say: badge, sentence, and where it was read when."""

    verdict: SharingVerdict
    badge: str
    sentence: Text
    source: str | None
    quote: str | None
    checked: str | None


class TeamSection(Struct, frozen=True, kw_only=True):
    """What a team can do with the publisher's product.

    ``steps``: by authenticator app, by SMS or both; ``impossible``: no method that can be shared that way;
    ``forbidden``: no steps and no call to action.
    """

    kind: Literal["steps", "impossible", "forbidden"]
    totp: tuple[Text, ...] = ()
    sms: tuple[Text, ...] = ()
    teammates: tuple[Text, ...] = ()
    call_to_action: Text | None = None
    refusal: Text | None = None


def decide_terms(service: Service) -> Terms:
    """Return the sharing verdict with its sentence and source."""
    sharing = service.sharing
    name, names = isolate(service.name), possessive(service.name)
    return Terms(
        verdict=sharing.verdict,
        badge=_BADGES[sharing.verdict],
        sentence=say(_VERDICTS[sharing.verdict], name=name, names=names),
        source=sharing.source,
        quote=sharing.quote,
        checked=sharing.checked,
    )


def plan_team_section(service: Service, rules: Rules) -> TeamSection | None:
    """Return the team section; None on a site without a product and for a service without 2FA."""
    product = rules.product
    if product is None or decide_verdict(service) is not Verdict.YES:
        return None
    if service.sharing.verdict is SharingVerdict.FORBIDDEN:
        return TeamSection(kind="forbidden")
    name = isolate(service.name)
    totp = product.totp if "totp" in service.method_ids else None
    sms = product.sms if "sms" in service.method_ids else None
    ways = [way for way in (totp, sms) if way]
    if not ways:
        return TeamSection(kind="impossible", refusal=say(_IMPOSSIBLE, name=name, product=product.name))
    return TeamSection(
        kind="steps",
        totp=tuple(say(step, service=name) for step in (totp.steps if totp else ())),
        sms=tuple(say(step, service=name) for step in (sms.steps if sms else ())),
        teammates=tuple(say(line, service=name) for way in ways for line in way.teammates),
        call_to_action=say(product.call_to_action, service=name),
    )


def has_share_page(service: Service, rules: Rules) -> bool:
    """Tell whether the service gets a page on sharing: where the team section has steps."""
    if rules.product is None or decide_verdict(service) is not Verdict.YES:
        return False
    return service.sharing.verdict is not SharingVerdict.FORBIDDEN and not {"totp", "sms"}.isdisjoint(
        service.method_ids
    )


def write_share_question(service: Service) -> Text:
    """Return the question on sharing."""
    return say(_QUESTION, name=isolate(service.name))


def write_share_answer(service: Service, rules: Rules) -> Text:
    """Return the verdict, then what is technically possible; nothing of that where the terms rule it out."""
    terms = decide_terms(service)
    if terms.verdict is SharingVerdict.FORBIDDEN:
        return terms.sentence
    caution = plain(_ASK_FIRST) if terms.verdict is not SharingVerdict.PERMITTED else None
    if rules.product is None:
        return sentences(terms.sentence, caution)
    ways = tuple(method for method in ("totp", "sms") if method in service.method_ids)
    return sentences(terms.sentence, caution, say(_TECHNICAL[ways], product=rules.product.name))


def find_enrolment(service: Service, rules: Rules) -> str | None:
    """Return how long it takes to set the service up for a team, where the publisher says so."""
    if rules.product is None or not has_share_page(service, rules):
        return None
    way = rules.product.totp if "totp" in service.method_ids else rules.product.sms
    return way.enrolment
