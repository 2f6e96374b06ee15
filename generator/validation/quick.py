"""Tell fast that a value keeps a JSON Schema: the schema becomes a tree of small functions (pure).

Each keyword of our schemas has the meaning here that :mod:`generator.validation.faults` gives it. Any other keyword,
and a value that a keyword here does not expect, raises :class:`Unsure`: then jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized
from typing import Any

from generator.validation.text_formats import FORMATS
from generator.yamlfile import PlainDate

Check = Callable[[Any], bool]
Schema = Mapping[str, Any]
Build = Callable[[Schema], Check]


class Unsure(Exception):  # noqa: N818 (no error: someone else decides)
    """A schema or a value is out of the ordinary."""


def build_check(root: Schema) -> Check:
    """Return the function that tells whether a value keeps a schema; both may raise :class:`Unsure`."""
    built: dict[str, Check] = {}

    def build(schema: Schema) -> Check:
        if not isinstance(schema, dict):
            raise Unsure(schema)
        checks = [_KEYWORDS[keyword](wanted, schema, build) for keyword, wanted in schema.items() if applies(keyword)]
        if "$ref" in schema:
            checks.append(find_definition(schema["$ref"]))
        if len(checks) == 1:
            return checks[0]
        return lambda value: all([check(value) for check in checks])  # noqa: C419 (a list is faster here)

    def applies(keyword: str) -> bool:
        if keyword not in _KEYWORDS and keyword not in _ELSEWHERE:
            raise Unsure(keyword)
        return keyword in _KEYWORDS

    def find_definition(reference: str) -> Check:
        name = reference.removeprefix("#/$defs/")
        if name not in root.get("$defs", {}):
            raise Unsure(reference)
        if name not in built:
            built[name] = _doubt  # for a definition that names itself
            built[name] = build(root["$defs"][name])
        return built[name]

    return build(root)


def _doubt(value: Any) -> bool:
    raise Unsure(value)


# --- Any value --------------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "array": (list,),
    "object": (dict,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}


def _check_type(wanted: str | list[str], schema: Schema, _build: Build) -> Check:
    names = [wanted] if isinstance(wanted, str) else wanted
    kinds = frozenset(kind for name in names for kind in _KINDS[name])
    takes_whole_floats = "integer" in names
    takes_dates = str in kinds and schema.get("format") == "date"

    def check(value: Any) -> bool:
        kind = type(value)
        if kind in kinds:
            return True
        if kind is PlainDate:
            return takes_dates
        return takes_whole_floats and kind is float and value.is_integer()

    return check


def _check_enum(wanted: list[Any], _schema: Schema, _build: Build) -> Check:
    if not all(isinstance(each, str) for each in wanted):
        raise Unsure(wanted)
    values = frozenset(wanted)
    return lambda value: isinstance(value, str) and value in values


def _check_any_of(wanted: list[Schema], _schema: Schema, build: Build) -> Check:
    options = [build(option) for option in wanted]
    return lambda value: any(option(value) for option in options)


def _check_one_of(wanted: list[Schema], _schema: Schema, build: Build) -> Check:
    options = [build(option) for option in wanted]
    return lambda value: sum(option(value) for option in options) == 1


def _check_if(wanted: Schema, schema: Schema, build: Build) -> Check:
    condition, then = build(wanted), build(schema.get("then", {}))
    return lambda value: not condition(value) or then(value)


# --- Text and numbers -------------------------------------------------------------------------------------------------


def _check_format(wanted: str, _schema: Schema, _build: Build) -> Check:
    if wanted not in FORMATS:
        raise Unsure(wanted)
    return FORMATS[wanted]


def _check_pattern(wanted: str, schema: Schema, _build: Build) -> Check:
    if schema.get("format") in FORMATS:
        return lambda _value: True  # It says for the programs of editors what the format says, as far as it can.
    search = re.compile(wanted).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _check_least(wanted: float, _schema: Schema, _build: Build) -> Check:
    return lambda value: not _is_number(value) or not value < wanted


def _check_most(wanted: float, _schema: Schema, _build: Build) -> Check:
    return lambda value: not _is_number(value) or not value > wanted


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- Sizes ------------------------------------------------------------------------------------------------------------


def _check_size_from(kind: type[Sized]) -> Callable[[int, Schema, Build], Check]:
    return lambda wanted, _schema, _build: lambda value: not isinstance(value, kind) or len(value) >= wanted


def _check_size_to(kind: type[Sized]) -> Callable[[int, Schema, Build], Check]:
    return lambda wanted, _schema, _build: lambda value: not isinstance(value, kind) or len(value) <= wanted


# --- Lists ------------------------------------------------------------------------------------------------------------


def _check_items(wanted: Schema, _schema: Schema, build: Build) -> Check:
    check = build(wanted)
    return lambda value: not isinstance(value, list) or all(map(check, value))


def _check_unique(wanted: bool, _schema: Schema, _build: Build) -> Check:
    def check(value: Any) -> bool:
        if not wanted or not isinstance(value, list):
            return True
        if not all(isinstance(item, str) for item in value):
            raise Unsure(value)  # Whether 1 and true are the same is nothing to decide here.
        return len(set(value)) == len(value)

    return check


# --- Blocks of keys ---------------------------------------------------------------------------------------------------


def _check_required(wanted: list[str], _schema: Schema, _build: Build) -> Check:
    return lambda value: not isinstance(value, dict) or all(key in value for key in wanted)


def _check_dependent(wanted: Mapping[str, list[str]], _schema: Schema, _build: Build) -> Check:
    pairs = [(key, other) for key, others in wanted.items() for other in others]
    return lambda value: not isinstance(value, dict) or all(other in value for key, other in pairs if key in value)


def _check_names(wanted: Schema, _schema: Schema, build: Build) -> Check:
    check = build(wanted)
    return lambda value: not isinstance(value, dict) or all(map(check, value))


def _check_properties(wanted: Mapping[str, Schema], _schema: Schema, build: Build) -> Check:
    checks = {key: build(below) for key, below in wanted.items()}

    def check(value: Any) -> bool:
        return not isinstance(value, dict) or all(checks[key](value[key]) for key in value if key in checks)

    return check


def _check_others(wanted: Any, schema: Schema, build: Build) -> Check:
    known = schema.get("properties", {}).keys()
    if wanted is False:
        return lambda value: not isinstance(value, dict) or value.keys() <= known
    below = build(wanted)
    return lambda value: not isinstance(value, dict) or all(below(value[key]) for key in value if key not in known)


_KEYWORDS: Mapping[str, Callable[[Any, Schema, Build], Check]] = {
    "type": _check_type,
    "enum": _check_enum,
    "anyOf": _check_any_of,
    "oneOf": _check_one_of,
    "if": _check_if,
    "format": _check_format,
    "pattern": _check_pattern,
    "minimum": _check_least,
    "maximum": _check_most,
    "minLength": _check_size_from(str),
    "maxLength": _check_size_to(str),
    "minItems": _check_size_from(list),
    "maxItems": _check_size_to(list),
    "minProperties": _check_size_from(dict),
    "items": _check_items,
    "uniqueItems": _check_unique,
    "required": _check_required,
    "dependentRequired": _check_dependent,
    "propertyNames": _check_names,
    "properties": _check_properties,
    "additionalProperties": _check_others,
}

#: Keywords that another one looks after, and those that say nothing about values.
_ELSEWHERE = frozenset({"then", "$ref", "$defs", "$schema", "title", "description", "examples", "patternErrorMessage"})
