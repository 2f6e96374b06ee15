"""Outside links: those of a service, in its records and in the Markdown of its guide (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formats.links import address_of
from generator.model import CURATED
from generator.validation.markdown import find_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model import Service

#: Facts that upstream may state as well as a guide; which it was, the service says.
_EITHER = frozenset({"documentation", "url", "recovery_link"})
_UPSTREAM = frozenset({"contact.form", "passkeys.documentation", "passkeys.recovery"})


def find_markdown_links(text: str) -> list[str]:
    """Return the http and https addresses that a text in Markdown links to."""
    if "://" not in text:
        return []
    return [target for target in find_targets(text) if target.startswith(("https://", "http://"))]


def list_links(service: Service) -> Iterator[tuple[str, str]]:
    """Return fact and address of every outside link of a service, those in its guide's Markdown last."""
    side, contact, setup = service.passkeys, service.contact, service.setup
    stated = {
        "documentation": service.documentation,
        "recovery_link": service.recovery_link,
        "url": service.url,
        "passkeys.documentation": side.documentation if side else None,
        "passkeys.recovery": side.recovery if side else None,
        "contact.form": contact.form if contact else None,
        "setup.source": setup.source if setup else None,
        "verified.source": service.verified.source if service.verified else None,
        "sharing.source": service.sharing.source,
        "teams.source": service.teams.source,
    }
    yield from ((fact, url) for fact, url in stated.items() if url)
    for fact, texts in _list_markdown(service):
        for text in texts:
            yield from ((fact, url) for url in find_markdown_links(text))


def _list_markdown(service: Service) -> Iterator[tuple[str, tuple[str, ...]]]:
    setup = service.setup
    if setup:
        yield "setup.steps", setup.steps
        yield from ((f"setup.methods.{method}", steps) for method, steps in setup.methods.items())
    yield "recovery.notes", (service.recovery.notes or "",)
    yield "sharing.instead", (service.sharing.instead or "",)
    yield "faq", tuple(question.answer for question in service.faq)


def is_curated(service: Service, fact: str) -> bool:
    """Tell whether a guide states a link, not upstream; ``fact`` is as :func:`list_links` names it."""
    return service.layers.get(fact) == CURATED if fact in _EITHER else fact not in _UPSTREAM


def find_own_dead(service: Service, dead: Mapping[str, str]) -> dict[str, str]:
    """Return those of a service's links that are dead, as they are written → ISO date since when."""
    return {url: dead[address_of(url)] for _, url in list_links(service) if address_of(url) in dead}
