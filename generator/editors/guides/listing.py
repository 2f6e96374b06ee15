"""Change which methods a list in a file names: those that stay keep their place, style and comments (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.editors.guides.scalars import write_value
from generator.model import METHODS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What YAML takes for the end of a line.
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
#: What everybody takes for one.
_PLAIN_BREAK = re.compile(r"\r\n?|\n")
#: The dash of an item, where nothing else stands before it in its line.
_DASH = re.compile(r"(?<=[\n\r\x85\u2028\u2029])( *)-(?=\s)")
_ORDER = {method: index for index, method in enumerate(METHODS)}


class Edit(Struct, frozen=True, kw_only=True, order=True):
    """What replaces the characters of a text from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def find_line_end(text: str, place: int) -> int:
    """Return where the line ends in which a place lies, before its line break."""
    found = _LINE_BREAK.search(text, place)
    return found.start() if found else len(text)


def find_line_break(text: str, place: int = 0) -> str:
    """Return what ends the line at whose end a place lies; where that is no plain break, what ends others."""
    found = _PLAIN_BREAK.match(text, place) or _PLAIN_BREAK.search(text)
    return found[0] if found else "\n"


def edit_list(text: str, key: Any, node: Any, new: Sequence[str]) -> list[Edit]:
    """Return the edits after which a list names ``new``, in that order as far as the items that stay allow."""
    if node.flow_style:
        return [_edit_flow(text, node, new)]
    return _edit_block(text, key, node, new)


def _edit_flow(text: str, node: Any, new: Sequence[str]) -> Edit:
    """Write a list in brackets anew; comments in it stay, behind the items."""
    start, end = node.start_mark.index, node.end_mark.index
    written = write_value(list(new))
    inside = text[start + 1 : end - 1]
    if "#" in inside:
        kept = re.sub(r"#.*|[^\s#]+", lambda match: match[0] if match[0].startswith("#") else "", inside)
        kept = kept.lstrip(" ")
        written = f"{written[:-1]}{' ' if kept.startswith('#') else ''}{kept}]"
    return Edit(start=start, end=end, text=written)


def _edit_block(text: str, key: Any, node: Any, new: Sequence[str]) -> list[Edit]:
    column, first = node.start_mark.column, node.start_mark.index
    if text[first] == "!" and (dash := _DASH.search(text, first)):
        # A list that has a tag begins with that.
        column, first = len(dash[1]), dash.end() - 1
    items = [(item.value, *_find_dash(text, item, first, column)) for item in node.value]
    edits = [_remove_item(text, dash, end, column) for method, dash, end in items if method not in new]
    if not new:
        colon = text.index(":", key.end_mark.index) + 1
        return [*edits, Edit(start=colon, end=colon, text=" []")]
    kept = [(method, end) for method, _, end in items if method in new]
    margin = " " * column
    line_break = find_line_break(text)
    above = ""
    after: dict[int, list[str]] = {}
    for method in new:
        if method in {each for each, _ in kept}:
            continue
        before = [end for each, end in kept if _ORDER[each] < _ORDER[method]]
        if before:
            after.setdefault(find_line_end(text, before[-1]), []).append(f"{line_break}{margin}- {method}")
        else:
            above += f"{margin}- {method}{line_break}"
    edits += [Edit(start=place, end=place, text="".join(lines)) for place, lines in after.items()]
    if above:
        edits.append(Edit(start=first - column, end=first - column, text=above))
    return edits


def _find_dash(text: str, item: Any, first: int, column: int) -> tuple[int, int]:
    """Return where an item of a list begins, with its dash, and where its text ends."""
    # A comment may stand between the two, with dashes of its own.
    dashes = _DASH.finditer(text, first, item.start_mark.index)
    return max([first, *(dash.end() - 1 for dash in dashes if len(dash[1]) == column)]), item.end_mark.index


def _remove_item(text: str, dash: int, end: int, column: int) -> Edit:
    """Take an item away with its line, but for a comment behind it or behind its dash, which stays."""
    line_end = find_line_end(text, end)
    lines = [part.strip() for part in _LINE_BREAK.split(text[dash + 1 : end])]
    if notes := " ".join(part for part in lines if part.startswith("#")):
        return Edit(start=dash, end=end, text=notes)
    rest = text[end:line_end]
    if rest.strip():
        return Edit(start=dash, end=end + len(rest) - len(rest.lstrip()), text="")
    found = _LINE_BREAK.match(text, line_end)
    return Edit(start=dash - column, end=found.end() if found else line_end, text="")
