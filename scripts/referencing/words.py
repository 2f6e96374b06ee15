"""The rules of a schema in plain words, as Markdown (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.referencing.keys import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scripts.referencing.keys import Schema

_NUMBERS = {"integer": "a whole number", "number": "a number"}


def describe(schema: Schema, root: Schema) -> str:
    """Return what kind of value a schema wants, with its limits: ``a list of 1 to 30 items, each Markdown …``."""
    inner = resolve(schema, root)
    types = [inner["type"]] if isinstance(inner.get("type"), str) else list(inner.get("type", ()))
    kind = _describe(inner, types, root)
    return f"{kind}, or `null`" if "null" in types else kind


def _describe(schema: Schema, types: list[str], root: Schema) -> str:
    if "enum" in schema:
        return f"one of {list_words(schema['enum'], 'or')}"
    if "object" in types:
        least = schema.get("minProperties", 0)
        return f"a block of keys, at least {least} of them" if least > 1 else "a block of keys"
    if "array" in types:
        once = ", none of them twice" if schema.get("uniqueItems") else ""
        return f"a list of {_count(schema)}{once}; each is {describe(schema['items'], root)}"
    if "boolean" in types:
        return "`true` or `false`"
    for name, words in _NUMBERS.items():
        if name in types:
            return words + _limit_number(schema)
    return _describe_text(schema)


def _describe_text(schema: Schema) -> str:
    title = schema.get("title", "Text")
    kind = title if title == "Markdown" else title[0].lower() + title[1:]
    article = "" if kind in {"Markdown", "text", "one line of text"} else "an " if kind[0] in "aeio" else "a "
    longest = schema.get("maxLength")
    return f"{article}{kind}, at most {longest:,} characters" if longest else article + kind


def _count(schema: Schema) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if most:
        return f"{least} to {most} items"
    return "one item or more" if least else "items"


def _limit_number(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f", at least {least}" if least is not None else ""


def list_conditions(schema: Schema) -> Iterator[str]:
    """Yield a sentence for each rule on which keys a block must have together."""
    options = [name for option in schema.get("anyOf", ()) for name in option["required"]]
    if options:
        yield f"At least one of {list_words(options, 'and')} is required."
    if "if" in schema:
        ((name, condition),) = schema["if"]["properties"].items()
        values, needed = list_words(condition["enum"], "or"), schema["then"]["required"]
        yield f"Where `{name}` is {values}, {list_words(needed, 'and')} are required."
    for name, others in schema.get("dependentRequired", {}).items():
        yield f"With `{name}`, {list_words(others, 'and')} are required."


def list_kinds(root: Schema) -> Iterator[tuple[str, str]]:
    """Yield each kind of text that a schema defines, with its meaning."""
    for definition in root.get("$defs", {}).values():
        if "pattern" in definition or "format" in definition:
            yield definition["title"], definition["description"]


def list_words(words: Iterable[Any], last: str) -> str:
    """Return words as code with commas between them, ``last`` before the last one."""
    *first, final = [f"`{word}`" for word in words]
    return f"{', '.join(first)} {last} {final}" if first else final
