"""What decisions need beside a service: names of sources, the publisher's product (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from generator.catalogue.inputs import Request
from generator.config import Product
from generator.model import CURATED


class Rules(Struct, frozen=True, kw_only=True, eq=False):
    """The settings that decisions depend on.

    A build has one such object; what is decided for many services at once is remembered for it, by its identity.
    """

    sources: Mapping[str, str]
    regions: Mapping[str, str]
    requests: Mapping[str, Request]
    product: Product | None = None

    def name_source(self, layer: str) -> str:
        """Return a source's name inside a sentence."""
        return "our editors' record" if layer == CURATED else self.sources[layer]

    def name_region(self, code: str) -> str:
        """Return the name of a region; an unknown one shows its code."""
        return self.regions.get(code, code.upper())

    def name_regions(self, codes: tuple[str, ...]) -> str:
        """Return regions as one line: names, or what is excluded; empty for everywhere."""
        return _name_regions(self, codes) if codes else ""


@lru_cache(maxsize=4096)
def _name_regions(rules: Rules, codes: tuple[str, ...]) -> str:
    named = sorted(rules.name_region(code) for code in codes if not code.startswith("-"))
    excluded = sorted(rules.name_region(code[1:]) for code in codes if code.startswith("-"))
    if named:
        return ", ".join(named)
    return f"everywhere except {', '.join(excluded)}" if excluded else ""
