"""Links that editors know better: not asked and never called dead, for a reason and until a day (pure)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.formats.links import address_of
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.inputs import Baseline, Suppression

FILE = "content/links.yaml"


def find_suppressed(suppressions: Iterable[Suppression], today: str) -> frozenset[str]:
    """Return the addresses that are suppressed on the ISO date ``today``."""
    return frozenset(address_of(each.url) for each in suppressions if each.until >= today)


def leave_out(baseline: Baseline, suppressions: Iterable[Suppression], today: str) -> Baseline:
    """Return the baseline without the dead links that are suppressed on the ISO date ``today``."""
    suppressed = find_suppressed(suppressions, today)
    if suppressed.isdisjoint(baseline.dead_links):
        return baseline
    dead = {url: since for url, since in baseline.dead_links.items() if url not in suppressed}
    return replace(baseline, dead_links=dead)


def list_ends(suppressions: Iterable[Suppression]) -> list[str]:
    """Return the ISO dates from which a suppression no longer counts."""
    return [(date.fromisoformat(each.until) + timedelta(days=1)).isoformat() for each in suppressions]


def check_suppressions(suppressions: Iterable[Suppression], today: str) -> list[Problem]:
    """Return a warning for each suppression that has ended before the ISO date ``today``."""
    return [
        Problem(
            path=FILE,
            line=each.line,
            column=each.column,
            rule="suppression-ended",
            message=f"the suppression of {each.url} ended on {each.until}",
            fix="look at the link: mend it where it stands, set a later day, or remove the entry",
            severity="warning",
        )
        for each in suppressions
        if each.until < today
    ]
