"""Put a stamp into the text of a curated file and leave everything else as it is (pure).

The parser that reads the file for every other purpose tells where each key and value is, so what passes a check can be
stamped. Where the file has a stamp, only the values that differ are written anew, each on one line.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from yaml.nodes import ScalarNode, SequenceNode

from generator.catalogue.belonging import OWN_KEYS
from generator.editors.guides.scalars import write_value
from generator.yamlparse import compose_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "verified"

#: The keys after which the stamp belongs.
_HEAD = ("domain", *OWN_KEYS)

#: Where YAML ends a line, and where every program does.
_LINE_END = re.compile(r"[\n\r\x85\u2028\u2029]|\Z")
_PLAIN_BREAK = re.compile(r"\r\n?|\n")


class CommentError(ValueError):
    """A comment is inside a value that has to be written anew."""


def write_stamp(stamp: Mapping[str, Any]) -> list[str]:
    """Return the lines of a stamp."""
    return [f"{KEY}:", *(f"  {key}: {write_value(value)}" for key, value in stamp.items())]


def splice_stamp(text: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> str:
    """Return the text of a valid file with the stamp ``new``: date, by, source and methods, in that order.

    ``old`` is the stamp that the file holds. Raises :class:`CommentError`. In an unusual layout the
    result may say something else, so the caller has to compare.
    """
    root: Any = compose_yaml(text)
    pairs = {key.value: value for key, value in root.value}
    return _insert(text, root, pairs, new) if old is None else _replace(text, pairs[KEY], old, new)


def _replace(text: str, block: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    # From the last value to the first, so that the places of those before it stay right.
    for key, node in reversed(block.value):
        name = key.value
        if old[name] == new[name] or (name == "methods" and set(old[name]) == set(new[name])):
            continue
        is_block = isinstance(node, SequenceNode) and not node.flow_style
        start, end = (key.end_mark if is_block else node.start_mark).index, _find_end(text, node)
        # A comment runs to the end of its line, so a value on a single line holds none.
        if "#" in text[start:end] and len(text[start:end].splitlines()) > 1:
            raise CommentError
        written = (": " if is_block else "") + write_value(new[name], in_flow=block.flow_style)
        text = text[:start] + written + text[end:]
    return text


def _insert(text: str, root: Any, pairs: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Put the stamp after the last of the keys at the top that say which service this is."""
    head = list(takewhile(lambda key: key in _HEAD, pairs)) or ["domain"]
    place = _find_end(text, pairs[head[-1]])
    if root.flow_style:
        written = ", ".join(f"{key}: {write_value(value, in_flow=True)}" for key, value in new.items())
        return f"{text[:place]}, {KEY}: {{{written}}}{text[place:]}"
    place = _LINE_END.search(text, place).start()  # type: ignore[union-attr]
    found = _PLAIN_BREAK.match(text, place) or _PLAIN_BREAK.search(text)
    # Not the place of the mapping, which may begin with a tag in the line of ---.
    first = root.value[0][0].start_mark
    margin = (found[0] if found else "\n") + re.match(" *", text[first.index - first.column :])[0]  # type: ignore[index]
    return text[:place] + "".join(margin + line for line in write_stamp(new)) + text[place:]


def _find_end(text: str, node: Any) -> int:
    """Return where the text of a value ends, without the comments and empty lines after it."""
    while not isinstance(node, ScalarNode) and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = int(node.end_mark.index)
    is_block = isinstance(node, ScalarNode) and node.style in {"|", ">"}
    return len(text[:end].rstrip()) if is_block else end
