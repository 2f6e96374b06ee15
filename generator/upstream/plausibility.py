"""Whether a file that can be read may replace the one we have (pure).

Each rule is a small function that returns its reason, or None; all of them are asked, so that a report names every one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.config import Limits
    from generator.upstream.parsed import Parsed


class Candidate(Struct, frozen=True, kw_only=True):
    """A file as parsed, and the records that it would replace (None before the first)."""

    parsed: Parsed
    stored: Mapping[str, Any] | None
    limits: Limits


def check_plausibility(candidate: Candidate) -> list[str]:
    """Return every reason why the file is not taken over; none means that it is."""
    return [reason for rule in RULES if (reason := rule(candidate)) is not None]


def _check_empty(candidate: Candidate) -> str | None:
    return None if candidate.parsed.count else "the file has no entries"


def _check_damage(candidate: Candidate) -> str | None:
    damaged, count, limit = candidate.parsed.damaged, candidate.parsed.count, candidate.limits.bad_records_percent
    if len(damaged) * 100 <= limit * count:
        return None
    names = ", ".join(damaged[:3]) + (", …" if len(damaged) > 3 else "")
    return f"{len(damaged):,} of {count:,} records are damaged ({names}); at most {limit:g} % may be"


RULES: tuple[Callable[[Candidate], str | None], ...] = (_check_empty, _check_damage)
