"""The outline of a page of Markdown: one title, and no level left out on the way down (pure)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"(#{1,6})[^\n]*")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")


def check_outline(text: str, path: str) -> Iterator[Problem]:
    """Yield what is wrong with the headings of a page, which begins with its title."""
    if not text.lstrip().startswith("# "):
        fix = "begin with: # Title, and save the file in UTF-8"
        yield Problem(path=path, line=1, column=1, rule="heading", message="no heading", fix=fix)
        return
    deepest = 0
    for line, level in _find_headings(text):
        message, fix = _judge(level, deepest)
        if message:
            yield Problem(path=path, line=line, column=1, rule="heading", message=message, fix=fix)
        deepest = level


def _judge(level: int, before: int) -> tuple[str, str]:
    if level == 1 and before:
        return "a second title breaks the outline of the page", "begin the line with ##"
    if level > 4:
        return "headings of this depth are not shown", "use two to four #"
    if level > before + 1:
        return f"the heading breaks the outline of the page: it leaves out a level, {'#' * (before + 1)}", (
            f"begin the line with {'#' * (before + 1)}"
        )
    return "", ""


def _find_headings(text: str) -> Iterator[tuple[int, int]]:
    """Yield line and level of every heading; code is indented, so it has none."""
    before, lines = "", [*text.splitlines(), ""]
    for number, (line, below) in enumerate(pairwise(lines), start=1):
        if match := _HEADING.fullmatch(line):
            yield number, len(match[1])
        elif line.strip() and not before.strip() and (under := _UNDERLINE.fullmatch(below)):
            yield number, 1 if under[1].startswith("=") else 2
        before = line
