"""What decisions need beside a service: the day, the limits, names of sources, the publisher's product (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.catalogue.inputs import Request
from generator.config import Product
from generator.model import CURATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The settings that decisions depend on. ``stale_before`` is the ISO date before which a verification is stale."""

    stale_before: str
    sources: Mapping[str, str]
    regions: Mapping[str, str]
    requests: Mapping[str, Request]
    product: Product | None = None

    def name_source(self, layer: str) -> str:
        """Return a source's name inside a sentence."""
        return "our editors' record" if layer == CURATED else self.sources[layer]
