"""Lines, or ends of lines, that belong to nothing before them: what is most likely meant (pure).

Each explanation is a message, a fix, and line and column, from 1, of what is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Found = tuple[str, str, tuple[int, int]]

_DASHES = re.compile(r" *(?:- +)*(?:-$)?")
_KEY = re.compile(r"""[\w.\"'-]+ *:(?= |$)""")
_GLUED = re.compile(r"[\w.-]+:[^\s/]")
_GLUED_DASH = re.compile(r"-[^\s-]")
_ODD_START = re.compile(r"(?:^ *|[-:] +)([*&!]\S*)$")
_NO_ENTRY = "this line is neither key: value nor part of a text"


def explain_misfit(lines: Sequence[str], line: int, column: int) -> Found:
    """Explain a line, or the rest of one from a column on, that belongs to nothing before it."""
    written = lines[line - 1]
    if written[: column - 1].strip():
        return _explain_rest(lines, line, column)
    body, indent, place = written.strip(), _indent_of(written), (line, column)
    keys, items = _list_columns(lines, line)
    message = f"this line begins with {_count(indent)}, which fits none of the lines before it"
    if _GLUED_DASH.match(body):
        return (*write_dash(body), place)
    if body.startswith(":"):
        return "a key is missing before the colon", "write key: value", place
    if body.startswith("-"):
        if items:
            return message, _fit(indent, items), place
        message = "a list begins here, but the line before it is no key that waits for one"
        return message, "put the list below its key, which has nothing after its colon", place
    if not _KEY.match(body):
        return (*_explain_text(lines, line), place)
    if indent in items and indent not in keys:
        fix = f"begin it with a dash and a space; or, if it is a key beside the list, {_fit(indent, keys)}"
        return "this line begins where the items of a list do, but has no dash", fix, place
    return message, _fit(indent, keys), place


def explain_colon(lines: Sequence[str], line: int, column: int) -> Found:
    """Explain a colon at a place where none may stand."""
    written = lines[line - 1]
    start = _find_start(written)
    key = _KEY.match(written, start)
    above = _find_above(lines, line)
    if key is None or key.end() != column or not above:
        message = "a colon followed by a space stands inside text without quotes"
        return message, "put the whole text in quotes", (line, column)
    indent, before = _indent_of(written), lines[above - 1]
    place = above, _indent_of(before) + 1
    if _indent_of(before) == indent and (glued := explain_glued(before.strip())):
        return (*glued, place)
    if _indent_of(before) >= indent and not _is_entry(before) and not _goes_on(lines, above):
        return _NO_ENTRY, "add the colon with a space after it, or indent the text", place
    keys, items = _list_columns(lines, line)
    message = f"this line begins with {_count(indent)}, so YAML reads it as part of the text before"
    columns = items if items and written.lstrip().startswith("-") else keys
    fix = _fit(indent, columns)
    if indent - _find_start(before) > 1:
        fix += "; or write the key whose block it begins, such as setup:, in a line before it"
    return message, fix, (line, indent + 1)


def write_dash(text: str) -> tuple[str, str]:
    """Return message and fix for a dash without the space after it."""
    return "a dash needs a space after it", f"write - {text.lstrip('-').strip()}"


def explain_outside(lines: Sequence[str], line: int, column: int) -> Found:
    """Explain a line that comes after everything seemed to be said."""
    above = range(1, line)
    if ended := next((number for number in above if lines[number - 1].startswith("...")), 0):
        return "the file holds more than one document", "remove the line ...", (ended, 1)
    first = next((number for number in above if _says(lines[number - 1])), line)
    indent = _indent_of(lines[first - 1])
    if indent <= _indent_of(lines[line - 1]):
        return "this line does not belong to what stands before it", "write key: value", (line, column)
    message = f"the first line begins with {_count(indent)}, so those that begin with fewer don't belong to it"
    fix = "remove the spaces before it; or put the # back, if it was a comment"
    return message, fix, (first, indent + 1)


def explain_glued(text: str) -> tuple[str, str] | None:
    """Return message and fix for a key whose colon has no space after it; None for other text, and for an address."""
    if not _GLUED.match(text):
        return None
    name, _, value = text.strip().partition(":")
    return "a colon needs a space after it", f"write {name}: {value}"


# --- The rest of a line -----------------------------------------------------------------------------------------------


def _explain_rest(lines: Sequence[str], line: int, column: int) -> Found:
    """Explain text after something that was complete."""
    before = lines[line - 1][: column - 1].rstrip()
    if before[-1] in "\"'":
        return _explain_quote(lines, line, len(before), column)
    if before[-1] in "]}":
        return "text goes on after the closing bracket", "put the whole text in quotes", (line, column)
    if odd := _ODD_START.search(before):
        message = f"text may not begin with {odd[1][0]} here, which means something else to YAML"
        return message, "put the whole text in quotes", (line, odd.start(1) + 1)
    if lines[line - 1][column - 1] == ":":
        fix = "write key: value; or, if it is text, put the whole of it in quotes"
        return "a key is missing before the colon", fix, (line, column)
    return "this does not belong to what stands before it in the line", "put the whole text in quotes", (line, column)


def _explain_quote(lines: Sequence[str], line: int, end: int, column: int) -> Found:
    """Explain text after a quote, which ends before column ``end``: it closed one of its line, or of a line before."""
    written = lines[line - 1]
    quote = written[end - 1]
    opening = re.compile(rf"(?:^ *|[-:,\[{{] +|[\[{{]){quote}")
    opened = opening.search(written, 0, end)
    if opened and opened.end() < end:
        other = {'"': "single", "'": "double"}[quote]
        fix = f"put the whole text in {other} quotes"
        if {'"', "'"} <= set(written[opened.end() - 1 :]):
            fix = "put the whole text in single quotes, and write each ' inside it twice"
        return "text goes on after the closing quote", fix, (line, column)
    for number in range(line - 1, 0, -1):
        opened = opening.search(lines[number - 1])
        if opened and quote not in lines[number - 1][opened.end() :]:
            message = f"a quote that is opened here ends only in line {line}"
            return message, "close it with the same kind of quote", (number, opened.end())
    return "text goes on after the closing quote", "put the whole text in quotes", (line, column)


# --- Indentation ------------------------------------------------------------------------------------------------------


def _explain_text(lines: Sequence[str], line: int) -> tuple[str, str]:
    above = _find_above(lines, line)
    wanted = _indent_of(lines[above - 1]) if above else 0
    if wanted > _indent_of(lines[line - 1]):
        return _NO_ENTRY, f"indent it by {_count(wanted)}, like the text before; or make it key: value"
    return _NO_ENTRY, "add the colon, or indent the text"


def _fit(indent: int, columns: Sequence[int]) -> str:
    """Return how to indent a line: like the lines that it nearly stands with."""
    near = min(abs(found - indent) for found in columns)
    chosen = sorted({found for found in columns if abs(found - indent) == near})
    if chosen == [0]:
        return "remove the spaces before it"
    named = " or ".join(map(str, chosen))
    return f"indent it by {named} space{'' if chosen == [1] else 's'}, like the lines that it belongs to"


def _list_columns(lines: Sequence[str], line: int) -> tuple[list[int], list[int]]:
    """Return how far keys and items are indented that a line could stand with, the nearest first."""
    keys: list[int] = []
    items: list[int] = []
    limit = len(max(lines, key=len))
    for written in reversed(lines[: line - 1]):
        if not _says(written):
            continue
        start = _find_start(written)
        if _KEY.match(written, start) and start <= limit and start not in keys:
            keys.append(start)
            limit = start
        for dash in (found for found in range(start - 1, -1, -1) if written[found] == "-"):
            if dash <= limit and dash not in items:
                items.append(dash)
                limit = dash
    return keys or [0], items


def _goes_on(lines: Sequence[str], line: int) -> bool:
    """Tell whether a line goes on with the text of a key or an item before it."""
    number = _find_above(lines, line)
    while number and not _is_entry(lines[number - 1]):
        number = _find_above(lines, number)
    if not number or _indent_of(lines[line - 1]) <= _indent_of(lines[number - 1]):
        return False
    owner = lines[number - 1]
    start = _find_start(owner)
    key = _KEY.match(owner, start)
    return bool(owner[key.end() if key else start :].strip())


def _find_above(lines: Sequence[str], line: int) -> int:
    """Return the number of the nearest line before one that is neither empty nor a comment; 0 where there is none."""
    return next((number for number in range(line - 1, 0, -1) if _says(lines[number - 1])), 0)


def _find_start(written: str) -> int:
    """Return where the first word of a line stands, after the dashes."""
    match = _DASHES.match(written)
    return match.end() if match else 0


def _is_entry(written: str) -> bool:
    start = _find_start(written)
    return "-" in written[:start] or _KEY.match(written, start) is not None


def _says(written: str) -> bool:
    return bool(written.strip()) and not written.lstrip().startswith("#")


def _indent_of(written: str) -> int:
    return len(written) - len(written.lstrip(" "))


def _count(spaces: int) -> str:
    return "no space" if spaces == 0 else f"{spaces} space{'s' if spaces > 1 else ''}"
