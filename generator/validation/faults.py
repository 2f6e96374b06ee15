"""Every fault of a value, found by jsonschema and put in words: what only a value with a fault goes through (pure)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from generator.schemas import load_schema
from generator.validation.addresses import SHORTENERS
from generator.validation.text_formats import FORMATS
from generator.validation.wording import explain
from generator.yamlfile import PlainDate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.problems import Problem
    from generator.yamlfile import YamlFile

_extend: Any = extend  # has no types


def _check_type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Check ``type``, but take a date without quotes for text only where the schema wants a date."""
    if isinstance(instance, PlainDate) and schema.get("format") != "date":
        yield ValidationError(f"{instance!r} is a date without quotes")
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


def _check_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Check ``pattern``, but leave it to the format where there is one: beside it, a pattern is for other programs."""
    if schema.get("format") not in FORMATS:
        yield from Draft202012Validator.VALIDATORS["pattern"](validator, pattern, instance, schema)


_Validator: Any = _extend(Draft202012Validator, {"type": _check_type, "pattern": _check_pattern})

formats = FormatChecker(formats=())
for _name, _check in FORMATS.items():
    formats.checks(_name)(_check)


@cache
def build_validator(name: str) -> Any:
    """Return the validator of a schema, built once."""
    return _Validator(load_schema(name), format_checker=formats)


def find_problems(file: YamlFile, name: str) -> list[Problem]:
    """Return every finding of a schema in a parsed file, in the order of the lines."""
    problems: list[Problem] = []
    for error in build_validator(name).iter_errors(file.value):
        problems.extend(explain(error, file))
    if _is_shortener(file.value):
        # Where else should its guide lead?
        problems = [problem for problem in problems if problem.rule != "short-link"]
    return sorted(set(problems))


def _is_shortener(value: object) -> bool:
    """Tell whether a file is the guide of a link shortener."""
    return isinstance(value, dict) and str(value.get("domain")).lower() in SHORTENERS


def find_fault(name: str, value: object) -> str | None:
    """Return the first fault of a record in one short sentence, or None."""
    error = next(build_validator(name).iter_errors(value), None)
    if error is None:
        return None
    where = ".".join(str(step) for step in error.absolute_path)
    text = error.message if len(error.message) <= 160 else f"{error.message[:157]}…"
    return f"{where}: {text}" if where else text
