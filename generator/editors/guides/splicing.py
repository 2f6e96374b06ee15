"""Put a stamp into the text of a curated file and leave every other character as it is (pure).

The parser that reads the file for every other purpose tells where each value stands, so what passes a check can be
stamped; nothing is written by it, for any writer of YAML would lay out anew what an editor has laid out. Of a stamp
that is there, only values that differ are replaced, each in its own style.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from yaml.nodes import MappingNode, ScalarNode

from generator.catalogue.belonging import OWN_KEYS
from generator.editors.guides.listing import Edit, edit_list, find_line_break, find_line_end
from generator.editors.guides.scalars import write_scalar, write_value
from generator.yamlfile import PlainDate
from generator.yamlparse import compose_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "verified"

#: The keys after which the stamp belongs.
_HEAD = ("domain", *OWN_KEYS)

_BLOCK_HEADER = re.compile(r"(?:!\S*[ \t]+)?[|>][-+0-9]*(?P<comment>[ \t]+#[^\r\n]*)?")


class SpliceError(ValueError):
    """The text is laid out in a way in which no place for the stamp can be found."""


def splice_stamp(text: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> str:
    """Return the text of a valid file with the stamp ``new``: date, by, source and methods, in that order.

    ``old`` is the stamp that the file holds. Raises :class:`SpliceError`.
    """
    root = _compose(text)
    pairs = {key.value: (key, value) for key, value in root.value}
    edits = [_insert(text, root, pairs, new)] if old is None else _replace(text, pairs[KEY][1], old, new)
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _compose(text: str) -> MappingNode:
    root = compose_yaml(text)
    if not isinstance(root, MappingNode):
        message = "no mapping"
        raise SpliceError(message)
    return root


# --- A stamp that is there --------------------------------------------------------------------------------------------


def _replace(text: str, block: MappingNode, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Edit]:
    edits: list[Edit] = []
    for key, node in block.value:
        name = key.value
        if name == "methods":
            if set(old[name]) != set(new[name]):
                edits += edit_list(text, key, node, new[name])
        elif old[name] != new[name]:
            edits.append(_replace_scalar(text, node, new[name], in_flow=bool(block.flow_style)))
    return edits


def _replace_scalar(text: str, node: ScalarNode, value: str, *, in_flow: bool) -> Edit:
    start, end = node.start_mark.index, find_end(text, node)
    comment = ""
    if node.style in {"|", ">"} and (header := _BLOCK_HEADER.match(text, start)):
        comment = header["comment"] or ""
    is_date = isinstance(value, PlainDate) and node.style not in {"'", '"'}
    written = str(value) if is_date else write_scalar(value, node.style, in_flow=in_flow)
    return Edit(start=start, end=end, text=written + comment)


# --- A new one --------------------------------------------------------------------------------------------------------


def _insert(text: str, root: MappingNode, pairs: Mapping[str, Any], new: Mapping[str, Any]) -> Edit:
    """Put the stamp after the last of the keys at the top that say which service this is."""
    head = list(takewhile(lambda key: key in _HEAD, pairs)) or ["domain"]
    end = find_end(text, pairs[head[-1]][1])
    if root.flow_style:
        written = ", ".join(f"{key}: {write_value(value, in_flow=True)}" for key, value in new.items())
        return Edit(start=end, end=end, text=f", {KEY}: {{{written}}}")
    place = find_line_end(text, end)
    # Not the place of the mapping, which may begin with a tag in the line of ---.
    first = root.value[0][0].start_mark
    written = text[first.index - first.column :]
    margin = find_line_break(text, place) + written[: len(written) - len(written.lstrip(" "))]
    lines = [f"{KEY}:", *(f"  {key}: {write_value(value)}" for key, value in new.items())]
    return Edit(start=place, end=place, text="".join(margin + line for line in lines))


def find_end(text: str, node: Any) -> int:
    """Return where the text of a value ends, without the comments and empty lines after it."""
    while not isinstance(node, ScalarNode) and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return start + len(text[start:end].rstrip())
    return end
