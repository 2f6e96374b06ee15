"""Hold values against the schemas: content with findings in plain words, records with a short fault (pure)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from generator.schemas import load_schema
from generator.validation.text_formats import formats
from generator.validation.wording import explain
from generator.yamlfile import PlainDate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.errors import Problem
    from generator.yamlfile import YamlFile

_extend: Any = extend  # has no types


def _check_type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Check ``type``, but take a date without quotes for text only where the schema wants a date."""
    if isinstance(instance, PlainDate) and schema.get("format") != "date":
        yield ValidationError(f"{instance!r} is a date without quotes")
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


_Validator: Any = _extend(Draft202012Validator, {"type": _check_type})


@cache
def build_validator(name: str) -> Any:
    """Return the validator of a schema, built once."""
    return _Validator(load_schema(name), format_checker=formats)


def check_schema(file: YamlFile, name: str) -> list[Problem]:
    """Return every finding of a schema in a parsed file, in the order of the lines."""
    problems: list[Problem] = []
    for error in build_validator(name).iter_errors(file.value):
        problems.extend(explain(error, file))
    return sorted(set(problems))


def find_fault(name: str, value: object) -> str | None:
    """Return the first fault of a record from upstream in one short sentence, or None."""
    error = next(build_validator(name).iter_errors(value), None)
    if error is None:
        return None
    where = ".".join(str(step) for step in error.absolute_path)
    text = error.message if len(error.message) <= 160 else f"{error.message[:157]}…"
    return f"{where}: {text}" if where else text
