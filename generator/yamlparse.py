"""YAML as editors write it: text → plain values, with the place of each, and every reason why it can't be read (pure).

The rules are stricter than YAML's: one document, no aliases, no tags, no key twice. A scalar that YAML does not take
for text (``NO``, ``1.10``, a date) keeps its text in ``scalars``, so that a finding can show the quotes that mend it.
Dates arrive as :class:`PlainDate`: text that was not quoted, which only a date's place may hold. White space at the
ends of a text, which nobody sees, means nothing: it is left out here, so no rule can complain of it.

The parser's events are read one by one: that is faster than its tree of nodes, and no nesting can exhaust the stack.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from generator.conflicts import find_conflict
from generator.problems import Problem
from generator.yamlfile import MAX_BYTES, Place, PlainDate, Where, YamlFile, trim
from generator.yamlsyntax import explain_syntax, too_deep

MAX_DEPTH = 20

#: Python writes no number of more than 4,300 digits.
MAX_DIGITS = 400

# libyaml's parser is ten times faster; PyYAML's own one gives the same events where it was built without libyaml.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolvers = yaml.SafeLoader.yaml_implicit_resolvers
_constructor = yaml.constructor.SafeConstructor()

_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_DATE = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"
_COLLECTIONS = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_SCALARS = {"tag:yaml.org,2002:bool": "bool", "tag:yaml.org,2002:int": "int", "tag:yaml.org,2002:float": "float"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decode(data: bytes, path: str) -> str | Problem:
    """Return the text of a file, or the reason why it is none."""
    if len(data) > MAX_BYTES:
        return Problem(
            path=path,
            rule="too-large",
            message=f"the file has {len(data):,} bytes, more than {MAX_BYTES:,}",
            fix="split it, or take out what does not belong here",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        return Problem(
            path=path,
            line=line,
            column=column,
            rule="not-utf-8",
            message="this character is not UTF-8",
            fix="save the file in the encoding UTF-8",
        )
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        return Problem(
            path=path,
            line=line,
            column=column,
            rule="control-character",
            message=f"an invisible control character (U+{ord(match[0]):04X}) stands here",
            fix="delete it",
        )
    return text


def parse_yaml(data: bytes, path: str) -> YamlFile:
    """Parse the bytes of a file; what is wrong is in ``problems``, and then the value may be incomplete."""
    text = decode(data, path)
    if isinstance(text, Problem):
        return YamlFile(path=path, problems=(text,))
    if conflict := find_conflict(text, path):
        return YamlFile(path=path, problems=(conflict,))
    reader = _Reader(path, text)
    try:
        value = reader.read_document()
    except yaml.YAMLError as error:
        return YamlFile(path=path, problems=(explain_syntax(error, text, path, MAX_DEPTH),))
    except _TooDeepError as error:
        return YamlFile(path=path, problems=(*reader.problems, _too_deep(path, *error.place)))
    return YamlFile(
        path=path,
        text=text,
        value=value,
        values=reader.values,
        keys=reader.keys,
        scalars=reader.scalars,
        problems=tuple(reader.problems),
    )


def compose_yaml(text: str) -> yaml.Node | None:
    """Return the tree of nodes of a text without problems: it knows where each value ends, which nothing else asks."""
    return yaml.compose(text, Loader=_Loader)


def find_block_scalars(text: str) -> list[tuple[int, int]]:
    """Return start and end of the texts that ``|`` or ``>`` begins, as far as a text can be read."""
    parser, found = _Loader(text), []
    try:
        while type(event := parser.get_event()) is not yaml.StreamEndEvent:
            if getattr(event, "style", None) in {"|", ">"}:
                found.append((event.start_mark.index, event.end_mark.index))
    except yaml.YAMLError:
        pass
    return found


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class _Reader:
    """Turns the events of a file into values and notes the place of each."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.values: dict[Where, Place] = {}
        self.keys: dict[Where, Place] = {}
        self.scalars: dict[Where, str] = {}
        self.problems: list[Problem] = []
        self._anchors: set[str] = set()
        self._text = text
        self._parser = _Loader(text)

    def read_document(self) -> Any:
        """Return the value of the one document."""
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            message = "the file holds only comments" if self._text.strip() else "the file is empty"
            first = "domain: …" if self.path.startswith("content/services/") else "one key with its value"
            fix = f"write at least {first}, or delete the file"
            self.problems.append(Problem(path=self.path, rule="empty-file", message=message, fix=fix))
            return None
        value = self._read(self._next(), ())
        self._next()
        if not isinstance(after := self._next(), yaml.StreamEndEvent):
            reason = "but found another document"
            raise yaml.composer.ComposerError(problem=reason, problem_mark=after.start_mark)
        return value

    def _next(self) -> Any:
        """Return the next event, and report what it may not bring along."""
        event = self._parser.get_event()
        if (anchor := getattr(event, "anchor", None)) is not None:
            self._report_reference(event, anchor)
        return event

    def _report_reference(self, event: Any, anchor: str) -> None:
        if not isinstance(event, yaml.AliasEvent):
            self._anchors.add(anchor)
            rule, message = "anchor", f"YAML reads &{anchor} as the name of a value, and those are not used here"
            fix = "remove it, or put text that begins with & in quotes"
        elif anchor in self._anchors:
            rule, message = "alias", f"YAML reads *{anchor} as a value that was written before, which is not done here"
            fix = "write the value out again, or put text that begins with * in quotes"
        else:
            rule, message = "syntax", f"text that begins with * (*{anchor}) is read as something else by YAML"
            fix = "put text that begins with * in quotes"
        self._report(_place(event), rule, message, fix)

    def _report_tag(self, place: Place, tag: str) -> None:
        written = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"YAML reads {written} as a tag, which says of what kind a value is, and those are not used here"
        self._report(place, "tag", message, "put text that begins with ! in quotes, or remove the tag")

    def _read(self, event: Any, where: Where) -> Any:
        """Return the value that begins with an event, and all below it."""
        self.values[where] = place = _place(event)
        if len(where) > MAX_DEPTH:
            raise _TooDeepError(place)
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self._read_scalar(event, where)
        if kind is yaml.AliasEvent:
            return None
        if event.tag not in _COLLECTIONS:
            self._report_tag(place, event.tag)
            self._skip(event)
            return None
        if kind is yaml.MappingStartEvent:
            return self._read_mapping(where)
        return self._read_sequence(where)

    def _read_sequence(self, where: Where) -> list[Any]:
        items: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            items.append(self._read(event, (*where, len(items))))
        return items

    def _read_mapping(self, where: Where) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            if self._takes_key(event, where, mapping):
                key = event.value
                self.keys[(*where, key)] = _place(event)
                mapping[key] = self._read(self._next(), (*where, key))
            else:
                self._skip(event)
                self._skip(self._next())
        return mapping

    def _takes_key(self, event: Any, where: Where, mapping: dict[str, Any]) -> bool:
        """Tell whether a key can be taken, and report why not."""
        place = _place(event)
        if type(event) is not yaml.ScalarEvent:
            if type(event) is not yaml.AliasEvent:  # That has been reported.
                self._report(place, "key-not-text", "a key must be one word of text", "write key: value")
            return False
        key, tag = event.value, _resolve(event)
        if tag == _MERGE:
            self._report(place, "alias", "YAML merge keys (<<) are not used here", "write the keys out")
            return False
        if tag != _TEXT:
            message, fix = f"YAML does not read the key {key} as text", f'write "{key}" in quotes'
            self._report(place, "key-not-text", message, fix)
        if key in mapping:
            first = self.keys[(*where, key)][0]
            message = f"the key {key} stands twice, first in line {first}"
            self._report(place, "duplicate-key", message, "keep one of the two")
            return False
        return True

    def _read_scalar(self, event: Any, where: Where) -> Any:
        tag = _resolve(event)
        if tag == _TEXT:
            return trim(event.value)
        if tag == _NULL:
            return None
        self.scalars[where] = event.value
        if tag == _DATE:
            return PlainDate(event.value)
        kind = _SCALARS.get(tag)
        if kind is None:
            self._report_tag(_place(event), tag)
            return None
        if len(event.value) > MAX_DIGITS:
            return float("inf")  # A number all the same, and none that anything here may be.
        try:
            return getattr(_constructor, f"construct_yaml_{kind}")(yaml.ScalarNode(tag, event.value))
        except ValueError:
            return event.value

    def _skip(self, event: Any) -> None:
        """Leave out the rest of the value that begins with an event."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return
            event = self._next()

    def _report(self, place: Place, rule: str, message: str, fix: str) -> None:
        line, column = place
        self.problems.append(Problem(path=self.path, line=line, column=column, rule=rule, message=message, fix=fix))


def _resolve(event: Any) -> str:
    """Return the tag of a scalar: the one written, else the one that YAML reads into a text without quotes."""
    if event.tag is not None:
        return str(event.tag)
    if event.implicit[0]:
        for tag, pattern in _resolvers.get(event.value[:1], ()):
            if pattern.match(event.value):
                return str(tag)
    return _TEXT


def _place(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


def _too_deep(path: str, line: int, column: int) -> Problem:
    rule, message, fix = too_deep(MAX_DEPTH)
    return Problem(path=path, line=line, column=column, rule=rule, message=message, fix=fix)
