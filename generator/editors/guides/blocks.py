"""The blocks that a curated file may hold, each as lines of YAML with examples, made from the schema (pure).

Descriptions, examples and the list of keys are the schema's, so a key that joins it appears here by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.editors.guides.scalars import write_value
from generator.schemas import load_schema
from generator.yamlfile import PlainDate

#: The blocks that most guides have come first; the others follow as in the schema.
_FIRST = ("setup", "recovery", "teams", "sharing", "faq")

WIDTH = 120

#: Dotted path → what to write in place of the schema's example; None leaves the key out.
Fitted = Mapping[str, Any]


def list_keys() -> tuple[str, ...]:
    """Return every key of a curated file in the order in which an editor meets them."""
    keys = load_schema("service")["properties"]
    return (*_FIRST, *(key for key in keys if key not in _FIRST))


def describe(key: str) -> str:
    """Return what a key of a curated file is for."""
    return str(load_schema("service")["properties"][key]["description"])


def write_block(key: str, fitted: Fitted) -> list[str]:
    """Return one key of a curated file with an example of everything below it; no description of the key itself."""
    schema = {name: value for name, value in load_schema("service")["properties"][key].items() if name != "description"}
    return _write(key, key, schema, fitted)


def _write(key: str, path: str, schema: Mapping[str, Any], fitted: Fitted) -> list[str]:
    """Return the lines of a key; ``path`` is its dotted path."""
    note = schema.get("description")
    schema = _resolve(schema)
    if path not in fitted and "properties" in schema:
        below = _write_keys(path, schema, fitted)
        return [*_write_line(f"{key}:", note), *_indent(below)]
    value = fitted[path] if path in fitted else _find_example(schema)
    if isinstance(value, list) and (_has_long_items(schema) or any(" " in str(item) for item in value)):
        items = [line for item in value for line in _write_item(path, item, schema["items"], fitted)]
        return [*_write_line(f"{key}:", note), *_indent(items)]
    return _write_line(f"{key}: {write_value(value)}", note)


def _write_keys(path: str, schema: Mapping[str, Any], fitted: Fitted) -> list[str]:
    lines: list[str] = []
    for key, below in schema["properties"].items():
        place = f"{path}.{key}"
        if fitted.get(place, below) is not None:
            lines += _write(key, place, below, fitted)
    return lines


def _write_item(path: str, item: Any, schema: Mapping[str, Any], fitted: Fitted) -> list[str]:
    schema = _resolve(schema)
    lines = _write_keys(path, schema, fitted) if "properties" in schema else [write_value(item)]
    return ["- " + lines[0], *_indent(lines[1:])]


def _write_line(text: str, note: str | None) -> list[str]:
    """Return a line with its note behind it, or above it where both together would be long."""
    if note is None:
        return [text]
    line = f"{text}  # {note}"
    return [line] if len(line) + 6 <= WIDTH else [f"# {note}", text]


def _indent(lines: list[str]) -> list[str]:
    return ["  " + line for line in lines]


def _find_example(schema: Mapping[str, Any]) -> Any:
    """Return the schema's first example; a list without one gets an item, which its own schema fills."""
    example = schema["examples"][0] if "examples" in schema else [None]
    return PlainDate(example) if schema.get("format") == "date" else example


def _has_long_items(schema: Mapping[str, Any]) -> bool:
    """Tell whether the items of a list get lines of their own by their kind: Markdown and blocks do, words do not.

    So does what holds a space: inside brackets a comma would split it.
    """
    items = _resolve(schema["items"])
    return "properties" in items or items.get("format") == "markdown"


def _resolve(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with what its reference names; its own words win."""
    if "$ref" not in schema:
        return dict(schema)
    definition = load_schema("service")["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return {**_resolve(definition), **schema}
