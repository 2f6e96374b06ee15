"""A YAML file as read: its value and the place of each thing in it (pure).

Apart from the parser, because a file that did not change since the last run needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from generator.problems import Problem

#: Where a value stands inside its file: keys and list positions from the root.
Where = tuple[str | int, ...]

#: Line and column, from 1.
Place = tuple[int, int]

MAX_BYTES = 256 * 1024


class PlainDate(str):
    """A date without quotes; equal to its text."""

    __slots__ = ()


def trim(text: str) -> str:
    """Return a text without white space at its ends."""
    body = text.strip()
    if "\n" not in body:
        return body
    # In Markdown, the indentation of the first line says how the second belongs to it.
    return text[text.rfind("\n", 0, text.index(body)) + 1 :].rstrip()


class YamlFile(Struct, frozen=True, kw_only=True):
    """A parsed file: its text, its value, and the place of each value and of each key."""

    path: str
    text: str = ""
    value: Any = None
    values: Mapping[Where, Place] = field(default_factory=dict)
    keys: Mapping[Where, Place] = field(default_factory=dict)
    scalars: Mapping[Where, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def find_place(self, where: Where) -> Place:
        """Return line and column of a value, or of the nearest thing around it."""
        while where not in self.values and where:
            where = where[:-1]
        return self.values.get(where, (0, 0))

    def find_key(self, where: Where) -> Place:
        """Return line and column of the key whose value stands there; of the value itself, where it has no key."""
        return self.keys.get(where) or self.find_place(where)

    def find_words(self, where: Where, words: str) -> Place:
        """Return line and column of words inside a value; of the value, where they are not written as they are read."""
        line, column = start = self.find_place(where)
        later = (place for place in (*self.values.values(), *self.keys.values()) if place > start)
        last, end = min(later, default=(len(self.text), 0))
        for number, written in enumerate(self.text.splitlines()[line - 1 : last], start=line):
            until = end - 1 if number == last and number > line else len(written)
            found = written.find(words, column - 1 if number == line else 0, until)
            if found >= 0:
                return number, found + 1
        return start


class Document(Struct, frozen=True, kw_only=True):
    """A file that was held against its schema: plain values, and the place of each key as a dotted path.

    Inside a list, only the keys of the items of a file that is one have a place: ``0.url``.
    """

    path: str
    value: Any = None
    lines: Mapping[str, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def build_document(file: YamlFile, problems: tuple[Problem, ...]) -> Document:
    """Return a parsed file with everything that is wrong with it; what the quotes of a date tell is told by then."""
    lines = {".".join(where): place for where, place in file.keys.items() if int not in map(type, where)}  # type: ignore[arg-type]
    if isinstance(file.value, list):
        lines |= {f"{where[0]}.{where[1]}": place for where, place in file.keys.items() if len(where) == 2}
    return Document(path=file.path, value=unmark_dates(file.value), lines=lines, problems=problems)


def unmark_dates(value: Any) -> Any:
    """Return a value in which each date without quotes is plain text."""
    if isinstance(value, dict):
        return {key: unmark_dates(below) for key, below in value.items()}
    if isinstance(value, list):
        return [unmark_dates(item) for item in value]
    return str(value) if isinstance(value, PlainDate) else value
