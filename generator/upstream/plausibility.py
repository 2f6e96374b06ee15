"""Whether a file that can be read may replace the one we have (pure).

Each rule is a small function that returns its reason, or None; all of them are asked, so that a report names every one.
How much may change is set in ``content/site.yaml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.upstream.body import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from generator.limits import Allowance, Limits


class Outline(Struct, frozen=True, kw_only=True):
    """What the rules look at in one entry: its name, whether it has what its source is about, and its groups.

    A group is a method or a category: ``("method", "totp")``.
    """

    name: str | None
    is_supported: bool
    groups: frozenset[tuple[str, str]]


class Candidate(Struct, frozen=True, kw_only=True):
    """A file as parsed, and what it would replace (None before the first), both domain → outline.

    ``feature`` is what its source is about ("2FA"), ``count`` how many entries the file has, ``damaged`` those that
    broke their schema, ``gap`` how many days ago the source was last read. ``known`` are the groups that have a name
    here.
    """

    feature: str
    count: int
    damaged: tuple[str, ...]
    new: Mapping[str, Outline]
    old: Mapping[str, Outline] | None
    gap: int
    limits: Limits
    known: frozenset[tuple[str, str]] = frozenset()


def check_plausibility(candidate: Candidate) -> list[str]:
    """Return every reason why the file is not taken over; none means that it is."""
    return [reason for rule in RULES if (reason := rule(candidate)) is not None]


# --- The file by itself -----------------------------------------------------------------------------------------------


def _check_damage(candidate: Candidate) -> str | None:
    damaged, count, limit = candidate.damaged, candidate.count, candidate.limits.bad_records_percent
    if len(damaged) * 100 <= limit * count:
        return None
    return f"{len(damaged):,} of {count:,} records are damaged ({_name_some(damaged)}); at most {limit:g} % may be"


# --- Against the one before it ----------------------------------------------------------------------------------------


def _check_removed(candidate: Candidate) -> str | None:
    old = candidate.old or {}
    return _judge(candidate, [domain for domain in old if domain not in candidate.new], "removed", "are gone")


def _check_added(candidate: Candidate) -> str | None:
    if not candidate.old:
        return None
    added = [domain for domain in candidate.new if domain not in candidate.old]
    allowed = candidate.limits.refresh.added
    limit = allowed.find_limit(len(candidate.old), candidate.gap)
    if len(added) <= limit:
        return None
    return f"{len(added):,} entries are new ({_name_some(added)}); at most {_round(limit)} may be{_since(candidate)}"


def _check_lost(candidate: Candidate) -> str | None:
    old, new = candidate.old or {}, candidate.new
    lost = [domain for domain in old if domain in new and old[domain].is_supported and not new[domain].is_supported]
    had = _count_supported(old)
    return _judge(candidate, lost, "lost_2fa", f"lost {candidate.feature}", of=had, what=f"with {candidate.feature}")


def _check_fewer(candidate: Candidate) -> str | None:
    had, has = _count_supported(candidate.old or {}), _count_supported(candidate.new)
    limit = candidate.limits.refresh.with_2fa_down.find_limit(had, candidate.gap)
    if had - has <= limit:
        return None
    fewer = f"the entries with {candidate.feature} went from {had:,} to {has:,}"
    return f"{fewer}; at most {_round(limit)} fewer may be{_since(candidate)}"


def _check_renamed(candidate: Candidate) -> str | None:
    old, new = candidate.old or {}, candidate.new
    renamed = [domain for domain in old if domain in new and old[domain].name != new[domain].name]
    return _judge(candidate, renamed, "renamed", "have another name")


def _check_vanished(candidate: Candidate) -> str | None:
    had = Counter(group for outline in (candidate.old or {}).values() for group in outline.groups)
    has = {group for outline in candidate.new.values() for group in outline.groups}
    limit = candidate.limits.refresh.vanishing_entries
    gone = sorted(group for group, number in had.items() if number >= limit and group not in has)
    if not gone:
        return None
    named = ", ".join(f"the {kind} {quote(name)} (it had {had[kind, name]:,})" for kind, name in gone[:3])
    return f"no entry has {named}{', …' if len(gone) > 3 else ''} any more"


def _check_unknown(candidate: Candidate) -> str | None:
    """Refuse many new names at once: each would be a list, whose address is kept for ever."""
    had = {group for outline in (candidate.old or {}).values() for group in outline.groups}
    has = {group for outline in candidate.new.values() for group in outline.groups}
    new = sorted(has - had - candidate.known)
    limit = candidate.limits.refresh.unknown_names
    if len(new) <= limit:
        return None
    named = ", ".join(f"the {kind} {quote(name)}" for kind, name in new[:3])
    return (
        f"{len(new):,} categories or methods are new and have no name here ({named}{', …' if len(new) > 3 else ''}); "
        f"at most {limit:,} may come at once (content/categories.yaml gives a category its name)"
    )


RULES: tuple[Callable[[Candidate], str | None], ...] = (
    _check_damage,
    _check_removed,
    _check_added,
    _check_lost,
    _check_fewer,
    _check_renamed,
    _check_vanished,
    _check_unknown,
)


# --- Words ------------------------------------------------------------------------------------------------------------


def _judge(
    candidate: Candidate, domains: Collection[str], rule: str, verb: str, *, of: int | None = None, what: str = ""
) -> str | None:
    """Return what is wrong where more of the old entries changed than the rule allows."""
    total = len(candidate.old or {}) if of is None else of
    allowed: Allowance = getattr(candidate.limits.refresh, rule)
    limit = allowed.find_limit(total, candidate.gap)
    if len(domains) <= limit:
        return None
    entries = f"{len(domains):,} of {total:,} entries{f' {what}' if what else ''}"
    return f"{entries} {verb} ({_name_some(domains)}); at most {_round(limit)} may be{_since(candidate)}"


def _count_supported(outlines: Mapping[str, Outline]) -> int:
    return sum(outline.is_supported for outline in outlines.values())


def _name_some(domains: Collection[str]) -> str:
    return ", ".join(sorted(domains)[:3]) + (", …" if len(domains) > 3 else "")


def _round(limit: float) -> str:
    return f"{int(limit):,}"


def _since(candidate: Candidate) -> str:
    return f" after {candidate.gap:,} day{'' if candidate.gap == 1 else 's'}"
