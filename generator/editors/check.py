"""``twofa check``: every problem in content and data, grouped by file."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.build.gather import gather
from generator.catalogue.load import load_content
from generator.config import Paths, load_settings
from generator.errors import InvalidError, UsageError
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def find_problems(root: Path, named: Sequence[Path], latest: str) -> tuple[Problem, ...]:
    """Return every problem, or those of the files and folders named; raises :class:`UsageError` for a missing one.

    Broken settings or data hide nothing of what is wrong with the content.
    """
    wanted = [_find_name(root, path) for path in named]
    try:
        problems = gather(load_settings(root), latest, latest).problems
    except InvalidError as error:
        content = load_content(Paths(root=root))
        problems = tuple(sorted({*error.problems, *content.problems}))
    if not wanted or "." in wanted:
        return problems
    return tuple(
        problem
        for problem in problems
        if any(problem.path == name or problem.path.startswith(f"{name}/") for name in wanted)
    )


def _find_name(root: Path, path: Path) -> str:
    """Return a path as problems name it; a link in it is followed only where that leads into the project."""
    if not os.path.lexists(path):
        message = f"{path} does not exist"
        raise UsageError(message, fix="name a file or folder of the project")
    place, top = (Path(os.path.abspath(each)) for each in (path, root))  # noqa: PTH100 (a link stays itself)
    if not place.is_relative_to(top):
        place, top = place.resolve(), top.resolve()
    if not place.is_relative_to(top):
        message = f"{path} is not in the project {root}"
        raise UsageError(message, fix="name a file or folder of the project")
    return place.relative_to(top).as_posix()


def as_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the problems in the shape that ``check --json`` prints."""
    keys = ("path", "line", "column", "rule", "message", "fix", "severity")
    return {"problems": [{key: getattr(problem, key) for key in keys} for problem in problems]}


def as_text(problems: Sequence[Problem], root: Path) -> str:
    """Return the problems for a person: by file, with the line itself and a caret below the place."""
    blocks = []
    for path, found in groupby(sorted(problems), key=lambda problem: problem.path):
        lines = _read_lines(root / path)
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


def _read_lines(path: Path) -> list[str]:
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
        # What a terminal would obey is shown as a box.
        source = "".join(
            char if char.isprintable() else "\ufffd" for char in lines[problem.line - 1].replace("\t", " ")
        )
        source = source.rstrip()
        written += [f"      {source}", f"      {' ' * (problem.column - 1)}^"]
    if problem.fix:
        written.append(f"    → {problem.fix}")
    return written
