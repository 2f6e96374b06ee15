"""Findings for people and for machines: text with the line itself, JSON, annotations of a GitHub workflow (pure)."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from generator.showing import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.problems import Problem

#: How much of a long line is shown, and how much of that before the place.
_WIDTH, _BEFORE = 110, 60


def as_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the problems in the shape that ``check --json`` prints."""
    keys = ("path", "line", "column", "rule", "message", "fix", "severity")
    return {"problems": [{key: getattr(problem, key) for key in keys} for problem in problems]}


def as_github(problems: Iterable[Problem]) -> str:
    """Return the problems as commands of a GitHub workflow, which shows each beside the line that it is about.

    Source: docs.github.com, "Workflow commands for GitHub Actions".
    """
    return "\n".join(_annotate(problem) for problem in problems)


def _annotate(problem: Problem) -> str:
    place = {"file": problem.path, "line": problem.line, "col": problem.column, "title": problem.rule}
    given = ",".join(f"{key}={_escape_property(show(str(value)))}" for key, value in place.items() if value)
    fix = f"\n→ {show(problem.fix)}" if problem.fix else ""
    return f"::{problem.severity} {given}::{_escape(show(problem.message) + fix)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def as_text(problems: Sequence[Problem], read_lines: Callable[[str], list[str]]) -> str:
    """Return the problems for a person: by file, with the line itself and a caret below the place.

    ``read_lines`` returns the lines of a file by the name that problems give it; none where it can't be read.
    """
    blocks = []
    for path, found in groupby(sorted(problems), key=lambda problem: problem.path):
        lines = read_lines(path)
        block = [show(path)]
        for problem in found:
            block += _write_problem(problem, lines)
        blocks.append("\n".join(block))
    return "\n\n".join([*blocks, summarise(problems)])


def summarise(problems: Sequence[Problem]) -> str:
    """Return one line that counts errors and warnings."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if not problems:
        return "No problems."
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return ", ".join(counts) + "."


def _write_problem(problem: Problem, lines: list[str]) -> list[str]:
    place = f"{problem.line}:{problem.column}: " if problem.line else ""
    written = [f"  {place}{problem.severity}: {show(problem.message)} [{problem.rule}]"]
    if 0 < problem.line <= len(lines):
        written += [f"      {shown}" for shown in point_at(lines[problem.line - 1], problem.column)]
    if problem.fix:
        written.append(f"    → {show(problem.fix)}")
    return written


def point_at(line: str, column: int) -> tuple[str, str]:
    """Return a line as a terminal can show it, and one with a caret below its column, which counts from 1."""
    # What a terminal would obey is shown as a box.
    shown = show(line.replace("\t", " ").rstrip())
    skipped = max(0, column - 1 - _BEFORE) if len(shown) > _WIDTH else 0
    before, after = shown[skipped : column - 1], shown[column - 1 : skipped + _WIDTH]
    before = f"… {before}" if skipped else before
    after = f"{after} …" if len(shown) > skipped + _WIDTH else after
    return before + after, f"{' ' * _measure(before)}^"


def _measure(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
