"""How to ask a service for 2FA, in its language (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import Service, Verdict

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

FALLBACK_LANGUAGE = "en"


class Way(Struct, frozen=True, kw_only=True):
    """A link by which a reader reaches the service, and its label."""

    label: str
    url: str


class Request(Struct, frozen=True, kw_only=True):
    """A ready message with its language, and the ways to send it."""

    language: str
    message: str
    ways: tuple[Way, ...]


def plan_request(service: Service, rules: Rules) -> Request | None:
    """Return how to ask; None where the service has 2FA or no way to reach it is known."""
    contact = service.contact
    if contact is None or decide_verdict(service) is not Verdict.NO:
        return None
    wanted = contact.language or FALLBACK_LANGUAGE
    language = wanted if wanted in rules.requests else FALLBACK_LANGUAGE
    words = rules.requests[language]
    message = words.message.replace("{name}", service.name)
    ways = []
    if contact.twitter:
        handle = contact.twitter.lstrip("@")
        post = quote(f"@{handle} {message}", safe="")
        ways.append(Way(label=f"Post to @{handle} on X", url=f"https://x.com/intent/post?text={post}"))
    if contact.facebook:
        ways.append(
            Way(label="Write on Facebook", url=f"https://www.facebook.com/{quote(contact.facebook, safe='/.-_')}")
        )
    if contact.email:
        query = f"subject={quote(words.subject, safe='')}&body={quote(message, safe='')}"
        ways.append(Way(label="Send an e-mail", url=f"mailto:{quote(contact.email, safe='@.+-_')}?{query}"))
    if contact.form:
        ways.append(Way(label="Use the contact form", url=contact.form))
    return Request(language=language, message=message, ways=tuple(ways)) if ways else None
