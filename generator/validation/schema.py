"""Hold values against the schemas: content with findings in plain words, records with a short fault (pure).

Nearly every value keeps its schema, which a check of our own tells fifty times as fast as jsonschema would, even
without the time that library takes to load. It is loaded for the value that does not, to say what is wrong.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from generator.schemas import load_schema
from generator.validation.quick import Unsure, build_check

if TYPE_CHECKING:
    from collections.abc import Callable

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
        return _build_check(name)(value)
    except Unsure:
        return False


@cache
def _build_check(name: str) -> Callable[[object], bool]:
    return build_check(load_schema(name))
