"""From an error of the schema validator to words that an editor understands: rule, message and fix (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from generator.problems import Problem
from generator.validation.addresses import is_https_url, is_short_link
from generator.validation.markdown import find_command, find_faults, say_command, say_fault
from generator.yamlfile import PlainDate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

    from generator.yamlfile import Place, Where, YamlFile


def suggest(word: str, known: Any, *, cutoff: float = 0.6) -> str | None:
    """Return the known word that a misspelling most likely means; ``cutoff`` is how alike they must be, up to 1."""
    import difflib

    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def explain(error: ValidationError, file: YamlFile) -> list[Problem]:
    """Return the findings that one error of the validator comes to, each with its place in the file."""
    where: Where = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        return _explain_unknown_keys(error, file, where)
    if keyword == "pattern" and error.instance == "":
        return []  # Reported as empty.
    if keyword in {"if", "allOf"}:
        return [problem for inner in error.context or () for problem in explain(inner, file)]
    if error.validator_value == "markdown":
        return list(_explain_markdown(error, file, where))
    words = _say_written(error, file, where) if keyword == "type" else None
    rule, message, fix = words or _WORDS.get(keyword, _say_other)(error, _name(where), file.scalars.get(where))
    line, column = _find_place(error, file, where)
    return [Problem(path=file.path, line=line, column=column, rule=rule, message=message, fix=fix)]


def _explain_markdown(error: ValidationError, file: YamlFile, where: Where) -> Iterator[Problem]:
    for fault, words in find_faults(str(error.instance)):
        rule, message, fix = say_fault(fault, words, _name(where))
        line, column = file.find_words(where, words)
        yield Problem(path=file.path, line=line, column=column, rule=rule, message=message, fix=fix)


#: Keywords that tell what a block lacks: that is found where the block has its name.
_LACKS = {"required", "dependentRequired", "anyOf", "minProperties"}


def _find_place(error: ValidationError, file: YamlFile, where: Where) -> Place:
    """Return the place of what is wrong: the key of a block that lacks something, the words of a long text."""
    if error.validator in _LACKS or error.instance is None:
        return file.find_key(where)
    return file.find_place(where)


def _explain_unknown_keys(error: ValidationError, file: YamlFile, where: Where) -> list[Problem]:
    known = sorted(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    problems = []
    instance: Any = error.instance
    for key in instance:
        if key in known:
            continue
        line, column = file.keys.get((*where, key), file.find_place(where))
        near = suggest(str(key), known)
        fix = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
        message = f"unknown key {key}" + (f" in {_name(where)}" if where else "")
        problems.append(Problem(path=file.path, line=line, column=column, rule="unknown-key", message=message, fix=fix))
    return problems


def _name(where: Where) -> str:
    """Return a place as an editor would say it: ``setup.steps, item 2``."""
    words = ".".join(step for step in where if isinstance(step, str))
    numbers = [step for step in where if isinstance(step, int)]
    if numbers:
        words = f"{words}, item {numbers[-1] + 1}" if words else f"item {numbers[-1] + 1}"
    return words or "the file"


_KINDS = {
    "string": "text",
    "array": "a list (lines that begin with a dash)",
    "object": "a block of key: value lines",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


def _kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, PlainDate):
        return "a date"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "a block of keys" if isinstance(value, dict) else "text"


Words = tuple[str, str, str]


def _say_type(error: ValidationError, name: str, raw: str | None) -> Words:
    value: Any = error.instance
    wanted: Any = error.validator_value
    if (
        value is not None
        and raw is not None
        and (wanted == "string" or "string" in wanted or isinstance(value, PlainDate))
    ):
        kind = _kind_of(value)
        message = f"{name} must be text, but YAML reads {raw} as {kind}"
        if isinstance(value, PlainDate) and wanted != "string":
            message = f"{name} must be {_wanted(wanted)}, not a date"
            return "wrong-type", message, _how_to_write(wanted)
        return "not-text", message, f'write it in quotes: "{raw}"'
    message = f"{name} must be {_wanted(wanted)}, but is {_kind_of(value)}"
    fix = "remove the key, or give it a value" if value is None else _how_to_write(wanted)
    return "wrong-type", message, fix


def _say_written(error: ValidationError, file: YamlFile, where: Where) -> Words | None:
    """Explain a wrong type by a slip in how the value is written; None where there is none."""
    name, wanted, value = _name(where), error.validator_value, error.instance
    line, column = file.find_place(where)
    written = file.text.splitlines()[line - 1][column - 1 :].strip() if file.text and line else ""
    if wanted == "array" and isinstance(value, str) and re.match(r"-[^\s-]", written):
        message = f"{name} must be a list, and a dash needs a space after it"
        return "wrong-type", message, f"write - {written[1:]}"
    if wanted != "string":
        return None
    if value is None:
        return "wrong-type", *_say_nothing(name, where, written)
    if isinstance(value, dict) and len(value) == 1:
        (key, below), *_ = value.items()
        # A step such as "Press: Save", not a block of its own.
        if isinstance(below, str) and file.find_place((*where, key))[0] == line:
            message = f"{name} must be text, but a colon followed by a space makes key and value of it"
            return "wrong-type", message, "put the whole text in quotes"
    return None


def _say_nothing(name: str, where: Where, written: str) -> tuple[str, str]:
    """Return message and fix for a text that is missing; ``written`` is what stands in its place."""
    is_item = bool(where) and isinstance(where[-1], int)
    remove = "remove the line with its dash" if is_item else "remove the key"
    if written.startswith("#"):
        message = f"{name} must be text, but everything from # on is a comment"
        return message, f"put text that begins with # in quotes; or {remove}"
    return f"{name} must be text, but is nothing", f"{remove}, or write text"


_WRITTEN = {
    "array": "write each item on a line of its own that begins with a dash and a space",
    "object": "write a block of key: value lines below it, two spaces deeper",
    "boolean": "write true or false, without quotes",
}


def _how_to_write(types: Any) -> str:
    return _WRITTEN.get(types) or f"write {_wanted(types)}" if isinstance(types, str) else f"write {_wanted(types)}"


def _wanted(types: Any) -> str:
    names = [types] if isinstance(types, str) else list(types)
    return " or ".join(_KINDS.get(name, name) for name in names)


def _say_required(error: ValidationError, name: str, _raw: str | None) -> Words:
    wanted: Any = error.validator_value
    # jsonschema reports each missing key on its own, in the words "'key' is a required property".
    key = next(key for key in wanted if error.message.startswith(repr(key)))
    return "missing-key", f"{name} lacks the key {key}", f"add {key}: …"


def _say_dependent(_error: ValidationError, _name: str, _raw: str | None) -> Words:
    return (
        "missing-key",
        "a service with a name of its own (one that no upstream lists) also needs categories and methods",
        "add both; or remove name, if upstream lists the service",
    )


def _say_enum(error: ValidationError, name: str, raw: str | None) -> Words:
    values: Any = error.validator_value
    allowed = [str(value) for value in values]
    near = suggest(str(error.instance), allowed)
    shown = raw if raw is not None else error.instance
    fix = f"did you mean {near}?" if near else f"use one of: {', '.join(allowed)}"
    return "not-allowed", f"{name} is {shown}, which is none of the values known here", fix


def _say_any_of(error: ValidationError, name: str, _raw: str | None) -> Words:
    options: Any = error.validator_value
    needed = [key for option in options for key in option.get("required", ())]
    return "missing-key", f"{name} needs {' or '.join(needed)}", f"add {needed[0]}: …"


def _say_unique(_error: ValidationError, name: str, _raw: str | None) -> Words:
    return "listed-twice", f"{name} names the same thing twice", "keep one of the two"


def _say_size(error: ValidationError, name: str, _raw: str | None) -> Words:
    keyword = str(error.validator)
    limit: Any = error.validator_value
    if keyword in {"minLength", "minItems", "minProperties"}:
        if keyword == "minProperties" and limit > 1:
            return "too-short", f"{name} says nothing yet", "add a key that says something, or remove it"
        return "too-short", f"{name} is empty", "write something, or remove the key"
    kind = "characters" if keyword == "maxLength" else "items"
    return "too-long", f"{name} is longer than {limit:,} {kind}", "shorten it"


def _say_pattern(error: ValidationError, name: str, _raw: str | None) -> Words:
    value, schema = str(error.instance), error.schema
    if find_command(value):
        return say_command(value, name)
    if "\n" in value:
        return "not-one-line", f"{name} must be one line", "write it on one line"
    wanted = f"it must match {error.validator_value}"
    if isinstance(schema, dict) and "patternErrorMessage" in schema:
        wanted = str(schema["patternErrorMessage"]).rstrip(".")
        wanted = wanted[0].lower() + wanted[1:]
    return "not-allowed", f"{name} is {value}, which has another form than is wanted here", wanted


_FORMAT_WORDS: dict[str, tuple[str, str, str]] = {
    "https-url": ("link", "must be a link that begins with https://", "copy the address from the browser"),
    "public-url": ("link", "must be a link that begins with https://", "copy the address from the browser"),
    "web-url": ("link", "must be a link that begins with https://", "copy the address from the browser"),
    "source-url": ("link", "must be a link that begins with https://", "copy the address from the source"),
    "base-url": ("link", "must be an address such as https://2fa.example.com", "remove everything after the path"),
    "domain": ("domain", "must be a domain such as example.com", "write it without https:// and without a path"),
    "date": ("date", "must be a day as YYYY-MM-DD that exists, from 2000 on", "write it as 2026-10-02"),
}


def _say_format(error: ValidationError, name: str, _raw: str | None) -> Words:
    value = str(error.instance)
    if error.validator_value in {"https-url", "public-url", "source-url"}:
        if is_short_link(value):
            message = f"{name} is a link of a shortener, which hides where it leads"
            return "short-link", message, "give the address that it leads to"
        if value.startswith("http://"):
            return "http-link", f"{name} is an http link", f"use https://{value.removeprefix('http://')} if it works"
        if is_https_url(value):
            message = f"{name} is a link that only some networks know"
            return "link", message, "copy the address of a page that everybody can open"
    rule, message, fix = _FORMAT_WORDS[str(error.validator_value)]
    return rule, f"{name} {message}", fix


def _say_range(error: ValidationError, name: str, _raw: str | None) -> Words:
    bound = "at least" if error.validator == "minimum" else "at most"
    return "out-of-range", f"{name} must be {bound} {error.validator_value}", "change the number"


def _say_other(error: ValidationError, name: str, _raw: str | None) -> Words:
    return "schema", f"{name}: {error.message}", "see CONTRIBUTING for what a file holds"


_WORDS = {
    "type": _say_type,
    "required": _say_required,
    "dependentRequired": _say_dependent,
    "enum": _say_enum,
    "anyOf": _say_any_of,
    "uniqueItems": _say_unique,
    "pattern": _say_pattern,
    "format": _say_format,
    "minimum": _say_range,
    "maximum": _say_range,
} | dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties"), _say_size)
