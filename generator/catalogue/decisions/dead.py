"""What a page says of its outside links that no longer work (pure): of those that it shows, and never more than "may".

Our own checks failed on several days; whether the page is gone for a reader too, nobody has looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.catalogue.decisions.text import Text, day, link, plain, say
from generator.catalogue.decisions.verdict import decide_verdict
from generator.catalogue.links import list_links
from generator.model import Service, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

_WARNING = plain("The link may be dead.")
_SENTENCE = "The link to {page} may be dead: our checks of it have failed since {date}."

#: What pages show whatever the verdict, what only those without 2FA show, and what only those without a guide do.
_ALWAYS = frozenset({"documentation", "verified.source", "faq"})
_WITHOUT_2FA = "contact.form"
_WITHOUT_GUIDE = "url"


def warn_of_documentation(service: Service) -> Text | None:
    """Return what stands beside the link to the official documentation; None where it works as far as is known."""
    return _WARNING if service.documentation in service.dead_links else None


def write_dead_links(service: Service, owner: Service | None) -> tuple[Text, ...]:
    """Return a sentence for each dead link of the page; ``owner`` is whose account the service signs in with."""
    if not service.dead_links and not (owner and owner.dead_links):
        return ()
    found = {url: service.dead_links[url] for _, url in _list_shown(service, owner) if url in service.dead_links}
    if owner and _shows_guide_of(service, owner):
        found |= {url: owner.dead_links[url] for url in _list_guide_links(owner) if url in owner.dead_links}
    return tuple(_write(url, since) for url, since in found.items())


def write_dead_terms(service: Service) -> tuple[Text, ...]:
    """Return the same for what a share page shows: the terms, and the service's own way for several people."""
    if not service.dead_links:
        return ()
    urls = dict.fromkeys(url for fact, url in list_links(service) if fact.startswith("sharing."))
    return tuple(_write(url, service.dead_links[url]) for url in urls if url in service.dead_links)


def _write(url: str, since: str) -> Text:
    shown = url.removeprefix("https://").removeprefix("http://").rstrip("/")
    return say(_SENTENCE, page=link(url, shown), date=day(since))


def _list_shown(service: Service, owner: Service | None) -> Iterator[tuple[str, str]]:
    verdict = decide_verdict(service)
    has_guide = service.setup is not None or (owner is not None and _shows_guide_of(service, owner))
    for fact, url in list_links(service):
        if fact == _WITHOUT_2FA:
            is_shown = verdict is Verdict.NO
        elif fact == _WITHOUT_GUIDE:
            is_shown = verdict is Verdict.YES and not has_guide
        elif fact.startswith("setup.methods."):
            is_shown = verdict is Verdict.YES and fact.removeprefix("setup.methods.") in service.method_ids
        else:
            is_shown = fact in _ALWAYS or verdict is Verdict.YES
        if is_shown:
            yield fact, url


def _shows_guide_of(service: Service, owner: Service) -> bool:
    both = decide_verdict(service) is Verdict.YES and decide_verdict(owner) is Verdict.YES
    return both and service.setup is None and owner.setup is not None


def _list_guide_links(owner: Service) -> list[str]:
    return [url for fact, url in _list_shown(owner, None) if fact.startswith("setup.")]
