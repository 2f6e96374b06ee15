"""What the programs accept, as ``content/site.yaml`` sets it under ``limits``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace


class Allowance(Struct, frozen=True, kw_only=True):
    """How many entries one refresh may change: a number or a percentage of what was there, whichever is more.

    After more than 30, and after more than 90 days without a refresh, another percentage counts, where there is one.
    """

    count: int = 0
    percent: float = 0
    percent_after_30_days: float | None = None
    percent_after_90_days: float | None = None

    def find_percent(self, gap: int) -> float:
        """Return the percentage that counts after ``gap`` days without a refresh."""
        percent = self.percent
        if gap > 30 and self.percent_after_30_days is not None:
            percent = self.percent_after_30_days
        if gap > 90 and self.percent_after_90_days is not None:
            percent = self.percent_after_90_days
        return percent

    def find_limit(self, total: int, gap: int) -> float:
        """Return how many of ``total`` entries may change after ``gap`` days without a refresh."""
        return max(self.count, total * self.find_percent(gap) / 100)


class Refresh(Struct, frozen=True, kw_only=True):
    """What one refresh may change before it is refused.

    ``unknown_names`` is how many categories and methods may come that nobody has named yet.

    The default is far from anything that upstream did in five years of days: at most 22 entries removed (1.1 %), one
    that lost 2FA, 64 renamed (2.8 %) in a day; 15 removed and 48 added in 13 months. The numbers are for short lists,
    where one entry is many percent.
    """

    removed: Allowance = field(
        default_factory=lambda: Allowance(count=40, percent=2, percent_after_30_days=5, percent_after_90_days=10)
    )
    lost_2fa: Allowance = field(default_factory=lambda: Allowance(count=10, percent=0.5))
    with_2fa_down: Allowance = field(default_factory=lambda: Allowance(count=10, percent=3, percent_after_90_days=10))
    added: Allowance = field(default_factory=lambda: Allowance(count=150, percent=8, percent_after_90_days=40))
    renamed: Allowance = field(default_factory=lambda: Allowance(count=10, percent=10))
    vanishing_entries: int = 20
    unknown_names: int = 8


class Limits(Struct, frozen=True, kw_only=True):
    """What the programs accept; days, hours and percent."""

    stale_after_days: int = 365
    source_max_age_hours: int = 48
    bad_records_percent: float = 1.0
    refresh: Refresh = field(default_factory=Refresh)


def build_limits(raw: Mapping[str, Any]) -> Limits:
    """Return the limits of a site; what its settings leave out is as it is by default, each number by itself."""
    refresh = Refresh()
    for name, value in raw.get("refresh", {}).items():
        known = getattr(refresh, name)
        changed = replace(known, **value) if isinstance(known, Allowance) else value
        refresh = replace(refresh, **{name: changed})
    return Limits(**{**raw, "refresh": refresh})
