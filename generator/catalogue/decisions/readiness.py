"""Readiness for a team, n/5, every point with its reason; and where the verification stands (pure)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text, day, link, plain, say
from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import (
    CURATED,
    Service,
    Sharing,
    SharingVerdict,
    Teams,
    Verdict,
    VerificationState,
    find_method,
)

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

ENOUGH_METHODS = 3


class Point(Struct, frozen=True, kw_only=True):
    """One part of the score: what it asks, whether it is met, and why."""

    label: str
    met: bool
    reason: Text


class Readiness(Struct, frozen=True, kw_only=True):
    """The score with all its parts."""

    score: int
    points: tuple[Point, ...]


_LABELS = (
    "Authenticator app",
    "Security key or passkey",
    "Three or more methods, not all of them weak",
    "Admins can enforce 2FA",
    "Several people can have access",
)


def score_readiness(service: Service) -> Readiness | None:
    """Return the score; None for a service without 2FA."""
    if decide_verdict(service) is not Verdict.YES:
        return None
    return _score(service.method_ids, service.sharing, service.teams)


@lru_cache(maxsize=4096)
def _score(ids: tuple[str, ...], sharing: Sharing, teams: Teams) -> Readiness:
    judged = (
        _judge_totp(ids),
        _judge_resistant(ids),
        _judge_choice(ids),
        _judge_enforcement(teams),
        _judge_access(sharing, teams),
    )
    points = [Point(label=label, met=met, reason=reason) for label, (met, reason) in zip(_LABELS, judged, strict=True)]
    return Readiness(score=sum(point.met for point in points), points=tuple(points))


Judgement = tuple[bool, Text]


def _judge_totp(ids: tuple[str, ...]) -> Judgement:
    if "totp" in ids:
        return True, plain("An authenticator app (TOTP) is listed.")
    return False, plain("No authenticator app (TOTP) is listed.")


def _judge_resistant(ids: tuple[str, ...]) -> Judgement:
    listed = [method for method in ("passkey", "u2f") if method in ids]
    if listed == ["passkey", "u2f"]:
        return True, plain("Passkeys and security keys (FIDO) are listed.")
    if listed == ["passkey"]:
        return True, plain("Passkeys are listed.")
    if listed:
        return True, plain("Security keys (FIDO) are listed.")
    return False, plain("Neither passkeys nor security keys (FIDO) are listed.")


def _judge_choice(ids: tuple[str, ...]) -> Judgement:
    count = len(ids)
    strong = any(find_method(method).tier in {"phishing-resistant", "strong"} for method in ids)
    if count < ENOUGH_METHODS:
        return False, plain("One method is listed." if count == 1 else "Two methods are listed.")
    if not strong:
        return False, say("{count} methods are listed, none of them rated better than weak.", count=str(count))
    return True, say("{count} methods are listed.", count=str(count))


def _judge_enforcement(teams: Teams) -> Judgement:
    if teams.enforce is None or teams.source is None:
        return False, plain("No editor has recorded whether an admin can require 2FA.")
    source = link(teams.source, "source")
    if teams.enforce:
        return True, say("An admin can require 2FA of everyone ({source}).", source=source)
    return False, say("An admin can't require 2FA ({source}).", source=source)


def _judge_access(sharing: Sharing, teams: Teams) -> Judgement:
    if sharing.verdict is SharingVerdict.PERMITTED and sharing.source:
        source = link(sharing.source, "source")
        return True, say("The terms permit sharing an account with a team ({source}).", source=source)
    if teams.delegated_access and teams.source:
        source = link(teams.source, "source")
        return True, say("Colleagues can get access of their own ({source}).", source=source)
    if sharing.verdict is SharingVerdict.FORBIDDEN:
        return False, plain(
            "The terms do not allow sharing, and no editor has recorded access of one's own for colleagues."
        )
    return False, plain(
        "No editor has recorded that sharing is allowed or that colleagues can get access of their own."
    )


# --- Verification -----------------------------------------------------------------------------------------------------

_VERIFIED = "Verified on {date} by {by} against {source}."
_STALE = "Last verified on {date} by {by} against {source}; that is long ago, so check before you rely on it."
_REVIEW = (
    "Verified on {date} by {by} against {source}; the methods listed have changed since, so this page needs a review."
)
_UNVERIFIED = "Not yet verified by an editor; {source}'s entry, unchanged since {date}."
_UNVERIFIED_UNDATED = "Not yet verified by an editor; the entry comes from {source}."


def decide_verification(service: Service) -> VerificationState:
    """Return where the service stands between an editor's look and what has changed since."""
    verified = service.verified
    if verified is None:
        return VerificationState.UNVERIFIED
    if service.source != CURATED and verified.methods != service.upstream_methods:
        return VerificationState.NEEDS_REVIEW
    return VerificationState.STALE if service.is_stale else VerificationState.VERIFIED


def write_verification(service: Service, rules: Rules) -> Text:
    """Say who verified what and when, or that nobody did and since when the source's entry is unchanged."""
    state = decide_verification(service)
    verified = service.verified
    if verified is None:
        return _write_unverified(service, rules)
    phrase = {VerificationState.NEEDS_REVIEW: _REVIEW, VerificationState.STALE: _STALE}.get(state, _VERIFIED)
    return say(phrase, date=day(verified.date), by=verified.by, source=link(verified.source, "its source"))


def _write_unverified(service: Service, rules: Rules) -> Text:
    since = None if service.source == CURATED else service.since
    return _write_unchanged(rules.name_source(service.source), since)


@lru_cache(maxsize=1024)
def _write_unchanged(source: str, since: str | None) -> Text:
    if since is None:
        return say(_UNVERIFIED_UNDATED, source=source)
    return say(_UNVERIFIED, source=source, date=day(since))
