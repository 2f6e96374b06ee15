"""Tabs and odd spaces at the beginning of lines: what takes their place, outside and inside of block scalars (pure).

A tab counts as two spaces, one level; behind the dash of a list as one. Of the lines inside a block scalar (``|`` and
``>``) only the margin changes that all of them share, for what comes after it is text: a tab there may make it code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.yamlparse import find_block_scalars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Spaces that are none to YAML: the non-breaking one and its kin.
ODD = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
ODD_SPACE = re.compile(f"[{ODD}]")
_WHITE = re.compile(rf"[ \t{ODD}]*")
#: What stands before the first word of a line: spaces, and the dashes of lists.
_START = re.compile(rf"[ \t{ODD}]*(?:-[ \t{ODD}]+)*")
_KEY = r"""(?:[^#\s"'](?:[^#]|(?<=\S)\#)*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*:[ \t]+"""
#: The rest of a line that opens a block scalar: the key, perhaps a tag, then the sign, perhaps with a comment.
_BLOCK = re.compile(rf"(?P<key>{_KEY})?(?:[!&]\S*[ \t]+)*[|>][-+1-9]{{0,2}}[ \t]*(?:[ \t]\#.*)?\r?\Z")


def indent_lines(text: str) -> str:
    """Return a text with spaces for all that stands in their place before the first words of its lines."""
    lines = text.split("\n")
    mended = [_indent(line) for line in lines]
    for block, limit in _find_blocks(lines):
        mended[block.start : block.stop] = _indent_block(lines[block.start : block.stop], limit)
    for number in find_texts(text):
        mended[number] = lines[number]
    return "\n".join(mended)


def keeps_texts(text: str, form: str) -> bool:
    """Tell whether a text and one with its white space mended hold the same inside block scalars, but for margins."""
    lines = text.split("\n")
    changed = {number for number, pair in enumerate(zip(lines, form.split("\n"), strict=False)) if pair[0] != pair[1]}
    texts = find_texts(form)
    margins = {number for block, _ in _find_blocks(lines) if block.start - 1 not in texts for number in block}
    return changed.isdisjoint(find_texts(text) | (texts - margins))


def find_texts(text: str) -> set[int]:
    """Return the numbers, from 0, of the lines inside block scalars, for certain as far as the text can be read."""
    found = set()
    for start, end in find_block_scalars(text):
        first = text.count("\n", 0, start) + 1
        found |= set(range(first, first + text.count("\n", start, end)))
        if text[end - 1 : end] == "\n":
            found.discard(first + text.count("\n", start, end) - 1)
    return found


def find_block_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers, from 0, of the lines inside block scalars, as far as they can be told line by line."""
    return {number for block, _ in _find_blocks(lines) for number in block}


def _find_blocks(lines: Sequence[str]) -> Iterator[tuple[range, int]]:
    """Yield the lines of each block scalar, with the column after which they begin."""
    number = above = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        limit = _find_limit(line, above)
        if line.strip() and not line.lstrip().startswith("#"):
            above = _measure(line)
        if limit is None:
            continue
        first = number
        while number < len(lines) and (_is_blank(lines[number]) or _measure(lines[number]) > limit):
            number += 1
        yield range(first, number), limit


def _find_limit(line: str, above: int) -> int | None:
    """Return the column after which the lines of a block scalar begin that a line opens; None where it opens none.

    ``above`` is the column in which the line before begins, the key's where the sign has a line of its own.
    """
    start = _find_start(line)
    match = _BLOCK.match(line, start)
    if not match:
        return None
    before = _write(line[:start])
    if match["key"]:
        return len(before)
    return before.rindex("-") if "-" in before else min(above, len(before))


def _indent(line: str) -> str:
    start = _find_start(line)
    return _write(line[:start]) + line[start:]


def _indent_block(lines: Sequence[str], limit: int) -> list[str]:
    """Return the lines of a block scalar with spaces for the margin of the first, where that holds anything else."""
    first = next((line for line in lines if not _is_blank(line)), "")
    margin = _WHITE.match(first)[0]  # type: ignore[index]
    spaces = margin[: len(margin) - len(margin.lstrip(" "))]
    if len(spaces) > limit:
        # They are the margin, and what comes after them is text.
        margin = spaces
    written = _write(margin)
    mended = []
    for line in lines:
        if line.startswith(margin):
            mended.append(written + line[len(margin) :])
        else:
            # Any other line may mean more than a margin, but where nothing can be seen.
            mended.append(line[len(line.rstrip("\r")) :] if _is_blank(line) and line.strip(" \r") else line)
    return mended


def _find_start(line: str) -> int:
    """Return where the first word of a line stands."""
    match = _START.match(line)
    return match.end() if match else 0


def _write(before: str) -> str:
    """Return what stands before the first word of a line with spaces for everything but dashes."""
    return ODD_SPACE.sub(" ", before.replace("-\t", "- ").replace("\t", "  "))


def _measure(line: str) -> int:
    return len(_write(_WHITE.match(line)[0]))  # type: ignore[index]


def _is_blank(line: str) -> bool:
    return not line.strip()
