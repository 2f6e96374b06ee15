"""Sharing: what the terms say, and what a team can do (pure). One enum value drives every place that speaks of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from generator.catalogue.decisions.text import OPEN, Text, plain, possessive, say, sentences
from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import Service, Sharing, SharingVerdict, Verdict

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

Ways = tuple[Literal["totp", "sms"], ...]

#: The methods that the product can share, in the order in which pages speak of them.
WAYS: Ways = ("totp", "sms")

#: The question on sharing, the name left open.
SHARE_QUESTION = say("Can I share {name} 2FA with my team?", name=OPEN)

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
_TECHNICAL = {
    ("totp", "sms"): "Technically, both the codes of an authenticator app and those sent by SMS can be shared.",
    ("totp",): "Technically, the codes of an authenticator app can be shared.",
    ("sms",): "Technically, codes sent by SMS can be shared through a number that the team reads together.",
    (): "The methods listed can't be shared through {product}.",
}
_IMPOSSIBLE = "The methods listed for {name} can't be shared through {product}."


class Terms(Struct, frozen=True, kw_only=True):
    """What the terms say: badge, sentence with the service's name left open, and where it was read when."""

    verdict: SharingVerdict
    badge: str
    sentence: Text
    source: str | None
    quote: str | None
    checked: str | None


class TeamSection(Struct, frozen=True, kw_only=True):
    """What a team can do with the publisher's product.

    ``steps``: by authenticator app, by SMS or both; ``impossible``: no method that can be shared that way;
    ``forbidden``: no steps and no call to action. The service's name is left open.
    """

    kind: Literal["steps", "impossible", "forbidden"]
    pitch: str = ""
    totp: tuple[Text, ...] = ()
    sms: tuple[Text, ...] = ()
    teammates: tuple[Text, ...] = ()
    call_to_action: Text | None = None
    refusal: Text | None = None


def decide_terms(service: Service) -> Terms:
    """Return the sharing verdict with its sentence and source."""
    return _decide_terms(service.sharing, service.name.endswith(("s", "S")))


@lru_cache(maxsize=1024)
def _decide_terms(sharing: Sharing, ends_in_s: bool) -> Terms:
    return Terms(
        verdict=sharing.verdict,
        badge=_BADGES[sharing.verdict],
        sentence=say(_VERDICTS[sharing.verdict], name=OPEN, names=possessive(OPEN, ends_in_s=ends_in_s)),
        source=sharing.source,
        quote=sharing.quote,
        checked=sharing.checked,
    )


def plan_team_section(service: Service, rules: Rules) -> TeamSection | None:
    """Return the team section; None on a site without a product and for a service without 2FA."""
    if decide_verdict(service) is not Verdict.YES:
        return None
    return _plan_team_section(rules, service.sharing.verdict, _find_ways(service))


def _find_ways(service: Service) -> Ways:
    return tuple([way for way in WAYS if way in service.method_ids])


@lru_cache(maxsize=64)
def _plan_team_section(rules: Rules, verdict: SharingVerdict, ways: Ways) -> TeamSection | None:
    product = rules.product
    if product is None:
        return None
    if verdict is SharingVerdict.FORBIDDEN:
        return TeamSection(kind="forbidden")
    if not ways:
        return TeamSection(kind="impossible", refusal=say(_IMPOSSIBLE, name=OPEN, product=product.name))
    shared = {"totp": product.totp, "sms": product.sms}
    steps = {way: tuple(say(step, service=OPEN) for step in shared[way].steps) for way in ways}
    return TeamSection(
        kind="steps",
        pitch=product.pitch,
        totp=steps.get("totp", ()),
        sms=steps.get("sms", ()),
        teammates=tuple(say(line, service=OPEN) for way in ways for line in shared[way].teammates),
        call_to_action=say(product.call_to_action, service=OPEN),
    )


def has_share_page(service: Service, rules: Rules) -> bool:
    """Tell whether the service gets a page on sharing: where the team section has steps."""
    if rules.product is None or decide_verdict(service) is not Verdict.YES:
        return False
    return service.sharing.verdict is not SharingVerdict.FORBIDDEN and bool(_find_ways(service))


def write_share_answer(service: Service, rules: Rules) -> Text:
    """Return the verdict, then what is technically possible; nothing of that where the terms rule it out.

    The service's name is left open.
    """
    terms = decide_terms(service)
    return _write_share_answer(rules, terms.verdict, terms.sentence, _find_ways(service))


@lru_cache(maxsize=256)
def _write_share_answer(rules: Rules, verdict: SharingVerdict, sentence: Text, ways: Ways) -> Text:
    if verdict is SharingVerdict.FORBIDDEN:
        return sentence
    caution = plain(_ASK_FIRST) if verdict is not SharingVerdict.PERMITTED else None
    technical = say(_TECHNICAL[ways], product=rules.product.name) if rules.product else None
    return sentences(sentence, caution, technical)


def find_enrolment(service: Service, rules: Rules) -> str | None:
    """Return how long it takes to set the service up for a team, where the publisher says so."""
    if rules.product is None or not has_share_page(service, rules):
        return None
    way = rules.product.totp if "totp" in service.method_ids else rules.product.sms
    return way.enrolment
