"""What a build of some records publishes, for the ledger: asked for by every fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.catalogue.belonging import find_unlisted
from generator.catalogue.inputs import Baseline
from generator.catalogue.load import load_content
from generator.catalogue.merge import merge
from generator.pages.context import build_context
from generator.pages.plan import find_published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.cache import Cache
    from generator.config import Settings
    from generator.formats.ledger import Ledger, Published
    from generator.model import DirectoryRecord, PasskeyRecord
    from generator.upstream.takeover import FindPublished


def plan_published(settings: Settings, cache: Cache) -> FindPublished:
    """Return the function by which a refresh learns what a build of its records would publish."""
    content = load_content(settings.paths, cache)

    def find(
        directory: Mapping[str, DirectoryRecord],
        passkeys: Mapping[str, PasskeyRecord],
        ledger: Ledger,
        years: frozenset[str],
    ) -> Published:
        baseline = Baseline(directory=directory, passkeys=passkeys, has_passkeys=bool(passkeys), ledger=ledger)
        catalogue = merge(baseline, find_unlisted(content.curated, baseline).usable)
        return find_published(build_context(catalogue, content.editorial, settings, {}), years)

    return find
