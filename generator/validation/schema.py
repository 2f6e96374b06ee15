"""Hold values against the schemas: content with findings in plain words, records with a short fault (pure).

jsonschema-rs tells in microseconds that a value is valid, as nearly every one is. jsonschema, ten times as slow,
says what is wrong, and has the last word: it judges whatever jsonschema-rs does not accept or cannot read.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from generator.schemas import load_schema
from generator.validation.text_formats import FORMATS
from generator.yamlfile import PlainDate, unmark_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jsonschema_rs import Draft202012Validator

    from generator.problems import Problem
    from generator.yamlfile import YamlFile


def check_schema(file: YamlFile, name: str) -> list[Problem]:
    """Return every finding of a schema in a parsed file, in the order of the lines."""
    if is_surely_valid(name, file.value):
        return []
    from generator.validation.faults import find_problems

    return find_problems(file, name)


def find_fault(name: str, value: object) -> str | None:
    """Return the first fault of a record from upstream in one short sentence, or None."""
    if is_surely_valid(name, value):
        return None
    from generator.validation import faults

    return faults.find_fault(name, value)


def is_surely_valid(name: str, value: object) -> bool:
    """Tell whether a value keeps a schema beyond doubt; False says nothing."""
    try:
        dates = _find_dates(value)
        plain = unmark_dates(value) if dates else value
        validator = _build_validator(name)
        return validator.is_valid(plain) and (not dates or dates <= _find_date_places(validator, plain))
    except Exception:  # noqa: BLE001 (whatever the reason, jsonschema decides)
        return False


# --- The validators ---------------------------------------------------------------------------------------------------


@cache
def _build_validator(name: str) -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator

    formats: dict[str, Callable[[str], Any]] = dict(FORMATS)
    schema = _replace_patterns(load_schema(name), formats)
    return Draft202012Validator(
        schema, formats=formats, validate_formats=True, ignore_unknown_formats=False, offline=True
    )


def _replace_patterns(schema: Any, formats: dict[str, Callable[[str], Any]]) -> Any:
    r"""Return a schema with a format of the same name for each pattern; add these to ``formats``.

    So Python's ``re`` matches them, as it does for jsonschema: in Rust, ``\s`` and ``$`` mean something else. A pattern
    beside a format is left out, since it is for other programs.
    """
    if isinstance(schema, list):
        return [_replace_patterns(item, formats) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _replace_patterns(below, formats) for key, below in schema.items()}
    if isinstance(changed.get("pattern"), str):  # anything else is the schema of a property with that name
        pattern = changed.pop("pattern")
        if "format" not in changed:
            changed["format"] = pattern
            formats[pattern] = partial(re.search, pattern)  # compiled when it is first needed
    return changed


# --- Dates without quotes ---------------------------------------------------------------------------------------------

_SCALARS = frozenset({str, int, float, bool, type(None)})


def _find_dates(value: Any, pointer: str = "") -> set[str]:
    """Return the JSON Pointers of the dates that were written without quotes.

    Raises TypeError for what neither YAML nor JSON holds: jsonschema-rs takes a tuple for a list, jsonschema does not.
    """
    kind = type(value)
    if kind is PlainDate:
        return {pointer}
    if kind in _SCALARS:
        return set()
    if kind is not dict and kind is not list:
        raise TypeError(kind)
    children: Iterable[tuple[Any, Any]] = value.items() if kind is dict else enumerate(value)
    return {
        date
        for key, child in children
        if type(child) not in _SCALARS  # most are, and this saves a call for each
        for date in _find_dates(child, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    }


def _find_date_places(validator: Draft202012Validator, value: Any) -> set[str]:
    """Return the JSON Pointers of what the schema calls a date in a valid value."""
    notes = validator.evaluate(value).annotations()  # of the keyword "format", the note is the name of the format
    return {note["instanceLocation"] for note in notes if note["annotations"] == "date"}
