"""One finding at a key of a curated file (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.problems import Problem, Severity

if TYPE_CHECKING:
    from generator.model import Curated


def report(guide: Curated, key: str, rule: str, message: str, fix: str, severity: Severity = "error") -> Problem:
    """Return a finding at the place of a key, which is a dotted path; of the whole file, where it has no such key."""
    line, column = guide.lines.get(key, (0, 0))
    return Problem(path=guide.path, line=line, column=column, rule=rule, message=message, fix=fix, severity=severity)
