"""YAML as editors write it: text → plain values, with the place of each, and every reason why it can't be read (pure).

The rules are stricter than YAML's: one document, no aliases, no tags, no key twice. A scalar that YAML does not take
for text (``NO``, ``1.10``, a date) keeps its text in ``scalars``, so that a finding can show the quotes that mend it.
Dates arrive as :class:`PlainDate`: text that was not quoted, which only a date's place may hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from generator.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where a value stands inside its file: keys and list positions from the root.
Where = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

# libyaml's parser is ten times faster; PyYAML's own one gives the same nodes where it was built without libyaml.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_constructor = yaml.constructor.SafeConstructor()

_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_DATE = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"
_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_SCALARS = {"tag:yaml.org,2002:bool": "bool", "tag:yaml.org,2002:int": "int", "tag:yaml.org,2002:float": "float"}
_ANCHOR = re.compile(r"(?:^|[\s\[{,])&[^\s&]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class PlainDate(str):
    """A date without quotes; equal to its text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A parsed file: its value, and for each place its line and column (from 1), of the value and of the key."""

    path: str
    value: Any = None
    values: Mapping[Where, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Where, tuple[int, int]] = field(default_factory=dict)
    scalars: Mapping[Where, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def find_place(self, where: Where) -> tuple[int, int]:
        """Return line and column of a value, or of the nearest thing around it."""
        while where not in self.values and where:
            where = where[:-1]
        return self.values.get(where, (0, 0))


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
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
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
    try:
        if _may_be_deep(text) and (mark := _find_depth(text)):
            return YamlFile(path=path, problems=(_too_deep(path, mark.line + 1, mark.column + 1),))
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return YamlFile(path=path, problems=(_explain_syntax(error, text, path),))
    if node is None:
        problem = Problem(
            path=path,
            rule="empty-file",
            message="the file is empty",
            fix="write at least domain: …, or delete the file",
        )
        return YamlFile(path=path, problems=(problem,))
    reader = _Reader(path)
    value = reader.read(node, ())
    if _ANCHOR.search(text):
        reader.problems += _find_references(text, path)
    return YamlFile(
        path=path,
        value=value,
        values=reader.values,
        keys=reader.keys,
        scalars=reader.scalars,
        problems=tuple(reader.problems),
    )


def _may_be_deep(text: str) -> bool:
    """Tell whether a file could nest so deep that composing it, which recurses in C, would end the process."""
    return sum(text.count(opener) for opener in ("[", "{", "- ", "? ")) > 1000


def _find_depth(text: str) -> Any:
    """Return the mark of the first value that lies too deep, or None; goes by events, without recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH + 1:  # The root lies at depth 0.
                return event.start_mark
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _find_references(text: str, path: str) -> Iterator[Problem]:
    """Report each anchor and alias in its place; composed nodes know neither."""
    for event in yaml.parse(text, Loader=_Loader):
        anchor = getattr(event, "anchor", None)
        if anchor is None:
            continue
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            rule, message = "alias", f"YAML aliases (*{anchor}) are not used here"
            fix = "write the value out again, or put text that begins with * in quotes"
        else:
            rule, message = "anchor", f"YAML anchors (&{anchor}) are not used here"
            fix = "remove it, or put text that begins with & in quotes"
        yield Problem(path=path, line=mark.line + 1, column=mark.column + 1, rule=rule, message=message, fix=fix)


class _Reader:
    """Turns composed nodes into values and notes the place of each."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.values: dict[Where, tuple[int, int]] = {}
        self.keys: dict[Where, tuple[int, int]] = {}
        self.scalars: dict[Where, str] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, where: Where) -> Any:
        """Return the value of a node and all below it."""
        place = _place(node)
        self.values[where] = place
        if id(node) in self._seen:
            return None  # An alias, which is reported in its own place; reading on would let a bomb go off.
        self._seen.add(id(node))
        if len(where) > MAX_DEPTH:
            self.problems.append(_too_deep(self.path, *place))
            return None
        if isinstance(node, yaml.CollectionNode) and node.tag not in _COLLECTIONS:
            self._report(place, "tag", f"YAML tags ({node.tag}) are not used here", "remove the tag")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*where, index)) for index, child in enumerate(node.value)]
        return self._read_scalar(node, where)

    def _read_mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = _place(key_node)
            if key_node.tag == _MERGE:
                self._report(place, "alias", "YAML merge keys (<<) are not used here", "write the keys out")
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(place, "key-not-text", "a key must be one word of text", "write key: value")
                continue
            key = key_node.value
            if key_node.tag != _TEXT:
                self._report(
                    place, "key-not-text", f"YAML does not read the key {key} as text", f'write "{key}" in quotes'
                )
            if key in mapping:
                first = self.keys[(*where, key)][0]
                self._report(
                    place,
                    "duplicate-key",
                    f"the key {key} stands twice, first in line {first}",
                    "keep one of the two",
                )
                continue
            self.keys[(*where, key)] = place
            mapping[key] = self.read(value_node, (*where, key))
        return mapping

    def _read_scalar(self, node: yaml.Node, where: Where) -> Any:
        if node.tag == _TEXT:
            return node.value
        if node.tag == _NULL:
            return None
        self.scalars[where] = node.value
        if node.tag == _DATE:
            return PlainDate(node.value)
        kind = _SCALARS.get(node.tag)
        if kind is None:
            self._report(_place(node), "tag", f"YAML tags ({node.tag}) are not used here", "remove the tag")
            return None
        try:
            return getattr(_constructor, f"construct_yaml_{kind}")(node)
        except ValueError:
            return node.value

    def _report(self, place: tuple[int, int], rule: str, message: str, fix: str) -> None:
        self.problems.append(
            Problem(path=self.path, line=place[0], column=place[1], rule=rule, message=message, fix=fix)
        )


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _too_deep(path: str, line: int, column: int) -> Problem:
    return Problem(
        path=path,
        line=line,
        column=column,
        rule="too-deep",
        message=f"values are nested more than {MAX_DEPTH} levels deep",
        fix="see CONTRIBUTING for what a file holds",
    )


def _explain_syntax(error: yaml.YAMLError, text: str, path: str) -> Problem:
    """Say in plain words what the parser stumbled over, with the usual mend."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "nesting depth" in reason:
        return _too_deep(path, line, column)
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())] or "character '\\t'" in reason or "\\t" in reason:
        tab = written.find("\t")
        return Problem(
            path=path,
            line=line,
            column=tab + 1 if tab >= 0 else column,
            rule="tab",
            message="a tab stands where YAML wants spaces",
            fix="indent with two spaces for each level",
        )
    if "mapping values are not allowed" in reason:
        message, fix = "a colon followed by a space stands inside unquoted text", "put the whole text in quotes"
    elif "another document" in reason:
        message, fix = "the file holds more than one document", "remove the line ---"
    elif "undefined alias" in reason or "alias" in reason:
        message, fix = "YAML aliases (*name) are not used here", "put text that begins with * in quotes"
    elif "unexpected end of stream" in reason or "expected ',' or" in reason:
        message, fix = "a quote or bracket that was opened before is never closed", "close it"
    elif "could not find expected ':'" in reason:
        message, fix = "this line is neither key: value nor part of a text", "add the colon, or indent the text"
    elif "found character" in reason:
        message, fix = f"this text may not begin so ({reason})", "put the text in quotes"
    else:
        message, fix = f"this is not YAML ({reason})", "compare the indentation and the quotes with the lines before"
    return Problem(path=path, line=line, column=column, rule="syntax", message=message, fix=fix)
