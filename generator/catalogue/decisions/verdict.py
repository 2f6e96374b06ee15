"""Verdict, strength and lead: the straight answer (pure)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from generator.catalogue.decisions.text import EMPTY, OPEN, Text, day, join, plain, say, sentences
from generator.model import CURATED, Service, Strength, Verdict, find_method

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules


#: The question that the page of a service answers, its name left open.
QUESTION = say("Does {name} support 2FA?", name=OPEN)

_YES = "Yes, {name} supports 2FA via {methods}."
_WEAK_ONE = "Yes, {name} supports 2FA by {methods}, which is a weak method."
_WEAK_SEVERAL = "Yes, {name} supports 2FA by {methods}, which are weak methods."
_PASSKEY_ALONE = "Yes, with a passkey: {name} lets you sign in without a password. No separate second factor is listed."
_NO = "No, {source} lists no 2FA method for {name}."
_DISPUTED = "Unknown: our record of {name} is disputed."
_DAMAGED = "Unknown: our record of {name} is damaged."
_REMOVED = "{name} was removed from {source} on {date}; it last listed {methods}."
_REMOVED_UNDATED = "{name} is no longer listed here; {source} last listed {methods}."
_DELETED = "{name} is no longer listed here."
_NO_METHOD = plain("no method")


def decide_verdict(service: Service) -> Verdict:
    """Answer the question of the page."""
    if service.removal:
        return Verdict.REMOVED
    if service.disputed or service.damaged:
        return Verdict.UNKNOWN
    return Verdict.YES if service.methods else Verdict.NO


def decide_strength(service: Service) -> Strength:
    """Class the best method listed; biometric and unknown methods lift nothing and are not ranked."""
    return _rank(service.method_ids) if decide_verdict(service) is Verdict.YES else Strength.NONE


@lru_cache(maxsize=1024)
def _rank(ids: tuple[str, ...]) -> Strength:
    tiers = {find_method(method).tier for method in ids}
    if "phishing-resistant" in tiers:
        return Strength.PHISHING_RESISTANT
    if "strong" in tiers:
        return Strength.STRONG
    return Strength.WEAK if tiers == {"weak"} else Strength.UNRATED


def write_lead(service: Service, rules: Rules) -> Text:
    """Return the answer in one or two sentences, every method named, without the note; the name is left open."""
    match decide_verdict(service):
        case Verdict.YES:
            return _write_yes(service.method_ids)
        case Verdict.NO:
            # An override that took the last method away is the editors' word, not upstream's.
            layer = CURATED if service.upstream_methods else service.source
            return _write_no(rules.name_source(layer))
        case Verdict.UNKNOWN:
            return say(_DISPUTED if service.disputed else _DAMAGED, name=OPEN)
        case Verdict.REMOVED:
            return _write_removed(service, rules)


@lru_cache(maxsize=1024)
def _write_yes(ids: tuple[str, ...]) -> Text:
    if ids == ("passkey",):
        return say(_PASSKEY_ALONE, name=OPEN)
    methods = _name_methods(ids)
    if _rank(ids) is Strength.WEAK:
        return say(_WEAK_ONE if len(ids) == 1 else _WEAK_SEVERAL, name=OPEN, methods=methods)
    return say(_YES, name=OPEN, methods=methods)


@lru_cache(maxsize=64)
def _write_no(source: str) -> Text:
    return say(_NO, name=OPEN, source=source)


def _write_removed(service: Service, rules: Rules) -> Text:
    source = rules.name_source(service.source)
    methods = _name_methods(service.method_ids) or _NO_METHOD
    date = service.removal.date if service.removal else None
    if date:
        return say(_REMOVED, name=OPEN, source=source, date=day(date), methods=methods)
    if service.source == CURATED:
        return say(_DELETED, name=OPEN)
    return say(_REMOVED_UNDATED, name=OPEN, source=source, methods=methods)


def _name_methods(ids: tuple[str, ...]) -> Text:
    return join([plain(find_method(method).text) for method in ids])


def write_note(service: Service) -> Text:
    """Return the note that upstream attaches, word for word; nothing on a page whose record is not trusted."""
    return plain(service.note) if service.note and decide_verdict(service) is not Verdict.UNKNOWN else EMPTY


def write_answer(service: Service, rules: Rules) -> Text:
    """Return the lead closed by the note: the first answer of the FAQ; the service's name is left open."""
    return sentences(write_lead(service, rules), write_note(service))
