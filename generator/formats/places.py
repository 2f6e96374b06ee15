"""Where in a JSON text a value stands, so that a person can be led to its line (pure). The text is known to parse."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_decode = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\r\n]*")


class Member(NamedTuple):
    """A member of an object or an item of an array: its key or position, where it begins, where its value does."""

    key: str | int
    start: int
    value_start: int
    value: Any


def list_members(text: str, start: int = 0) -> Iterator[Member]:
    """Return what the object or array holds that begins at an offset, in order; nothing for any other value."""
    at = _skip(text, start)
    if text[at] not in "{[":
        return
    is_object, count = text[at] == "{", 0
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        first, key = at, count
        if is_object:
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = _decode(text, at)
        yield Member(key, first, at, value)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        count += 1


def find_offset(text: str, where: Iterable[str | int], start: int = 0) -> int:
    """Return where the member begins that keys and positions lead to from the value at ``start``.

    What is not there has the place of the nearest thing around it.
    """
    first = start
    for step in where:
        found = next((member for member in list_members(text, start) if member.key == step), None)
        if found is None:
            break
        first, start = found.start, found.value_start
    return first


def find_repeated(text: str, start: int = 0) -> Member | None:
    """Return the first member whose key stood in its object before, in the value that begins at an offset."""
    seen = set()
    for member in list_members(text, start):
        if member.key in seen:
            return member
        seen.add(member.key)
        if isinstance(member.value, dict | list) and (found := find_repeated(text, member.value_start)):
            return found
    return None


def find_line(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
