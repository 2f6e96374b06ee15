"""``twofa check``: every problem in content and data, grouped by file."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from generator.build.pipeline import gather
from generator.errors import InvalidError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from generator.config import Settings


def find_problems(settings: Settings, paths: Sequence[Path], latest: str) -> tuple[Problem, ...]:
    """Return every problem, or those of the files and folders named; raises :class:`UsageError` for a missing one."""
    wanted = [_find_name(settings, path) for path in paths]
    try:
        problems = gather(settings, latest).problems
    except InvalidError as error:
        problems = error.problems
    if not wanted:
        return problems
    return tuple(
        problem
        for problem in problems
        if any(problem.path == name or problem.path.startswith(f"{name}/") for name in wanted)
    )


def _find_name(settings: Settings, path: Path) -> str:
    if not path.exists():
        message = f"{path} does not exist"
        raise UsageError(message, fix="name a file or folder of the project")
    absolute = path.absolute()
    root = settings.paths.root.absolute()
    if not absolute.is_relative_to(root):
        message = f"{path} is not in the project {root}"
        raise UsageError(message, fix="name a file or folder of the project")
    return absolute.relative_to(root).as_posix()


def as_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the problems in the shape that ``check --json`` prints."""
    keys = ("path", "line", "column", "rule", "message", "fix", "severity")
    return {"problems": [{key: asdict(problem)[key] for key in keys} for problem in problems]}


def as_text(problems: Sequence[Problem], settings: Settings) -> str:
    """Return the problems for a person: by file, with the line itself and a caret below the place."""
    blocks = []
    for path, found in groupby(sorted(problems), key=lambda problem: problem.path):
        lines = _read_lines(settings, path)
        block = [path]
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


def _read_lines(settings: Settings, name: str) -> list[str]:
    path = settings.paths.root / name
    try:
        return (
            path.read_text("utf-8", "replace").split("\n") if path.is_file() and path.stat().st_size < 1_000_000 else []
        )
    except OSError:
        return []


def _write_problem(problem: Problem, lines: list[str]) -> list[str]:
    place = f"{problem.line}:{problem.column}: " if problem.line else ""
    written = [f"  {place}{problem.severity}: {problem.message} [{problem.rule}]"]
    if 0 < problem.line <= len(lines):
        source = lines[problem.line - 1].replace("\t", " ").rstrip()
        written += [f"      {source}", f"      {' ' * (problem.column - 1)}^"]
    if problem.fix:
        written.append(f"    → {problem.fix}")
    return written
