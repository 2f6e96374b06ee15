"""What an editor left as the example that the schema gives: a page would tell readers what nobody found (pure)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.catalogue.links import find_markdown_links
from generator.schemas import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Curated

#: Hosts that are nobody's, and stand in examples for that reason (RFC 2606).
_NOBODY = re.compile(r"https?://(?:[^/?#]*\.)?example\.(?:com|org|net)(?:[/:?#]|\Z)", re.IGNORECASE)

#: Keys whose example is so much of its own that nobody else writes the same.
_TELLING = ("setup.steps", "setup.plans", "sharing.quote", "sharing.instead", "override.methods.reason", "disputed")


def is_example_link(url: str) -> bool:
    """Tell whether an address leads to a host that stands in examples."""
    return _NOBODY.match(url) is not None


def find_example_links(guide: Curated) -> Iterator[tuple[str, str]]:
    """Yield key and address of each link to a host that stands in examples."""
    setup, recovery = guide.setup, guide.recovery
    links = {
        "documentation": guide.documentation,
        "url": guide.url,
        "verified.source": guide.verified.source if guide.verified else None,
        "setup.source": setup.source if setup else None,
        "recovery.link": recovery.link if recovery else None,
        "sharing.source": guide.sharing.source,
        "teams.source": guide.teams.source,
        "override.methods.source": guide.override.source if guide.override else None,
    }
    yield from ((key, url) for key, url in links.items() if url and is_example_link(url))
    for text in guide.list_markdown():
        yield from (("setup", url) for url in find_markdown_links(text) if is_example_link(url))


def find_example_texts(guide: Curated) -> Iterator[str]:
    """Yield the keys whose text is the schema's example, word for word."""
    setup, override = guide.setup, guide.override
    held = {
        "setup.steps": list(setup.steps) if setup else None,
        "setup.plans": setup.plans if setup else None,
        "sharing.quote": guide.sharing.quote,
        "sharing.instead": guide.sharing.instead,
        "override.methods.reason": override.reason if override else None,
        "disputed": guide.disputed,
    }
    examples = _list_examples()
    yield from (key for key in _TELLING if held[key] and held[key] == examples[key])
    if any(question.question == examples["faq"] for question in guide.faq):
        yield "faq"


@cache
def _list_examples() -> dict[str, Any]:
    schema = load_schema("service")

    def find(key: str) -> Any:
        found = schema
        for name in key.split("."):
            found = found["properties"][name]
        return found["examples"][0]

    question = schema["properties"]["faq"]["items"]["properties"]["question"]["examples"][0]
    return {key: find(key) for key in _TELLING} | {"faq": question}
