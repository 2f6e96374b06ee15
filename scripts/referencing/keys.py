"""Every key of a schema with what stands around it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

Schema = Mapping[str, Any]

#: The way to a value in an example: keys, and 0 for the first item of a list.
Steps = tuple[str | int, ...]


class Key(Struct, frozen=True, kw_only=True):
    """One key: its dotted path, where its example stands, its rules, and whether it must be there.

    Where the name of a key is free, its path has a word in capitals, and ``steps`` the name from an example.
    ``definition`` is what the schema calls these rules, where it has a name for them.
    """

    path: str
    steps: Steps
    schema: Schema
    is_required: bool
    definition: str | None

    @property
    def example(self) -> Any:
        """The value of the schema's first example."""
        return self.schema["examples"][0]


def resolve(schema: Schema, root: Schema) -> dict[str, Any]:
    """Return a schema with the definition that it refers to; what it says itself goes before that."""
    found = dict(schema)
    while "$ref" in found:
        name = found.pop("$ref").removeprefix("#/$defs/")
        found = {**root["$defs"][name], **found}
    return found


def list_keys(root: Schema) -> list[Key]:
    """Return every key of a schema, those of blocks and of the items of lists included, in the schema's order."""
    return list(_walk(root, root, "", ()))


def find_twins(keys: Iterable[Key]) -> dict[str, str]:
    """Return path → path of an earlier block with the same keys, for each block that has one."""
    first: dict[str, str] = {}
    blocks = [key for key in keys if key.definition and "properties" in key.schema]
    pairs = [(key.path, first.setdefault(str(key.definition), key.path)) for key in blocks]
    return {path: twin for path, twin in pairs if path != twin}


def _walk(schema: Schema, root: Schema, around: str, steps: Steps) -> Iterator[Key]:
    for name, inner in schema.get("properties", {}).items():
        is_required = name in schema.get("required", ())
        yield from _list_from(inner, root, around + name, (*steps, name), is_required=is_required)
    free = schema.get("additionalProperties")
    if isinstance(free, dict):
        word, name = schema["propertyNames"]["title"].upper(), next(iter(schema["examples"][0]))
        yield from _list_from(free, root, around + word, (*steps, name), is_required=False)
    if "items" in schema:
        yield from _walk(resolve(schema["items"], root), root, around, (*steps, 0))


def _list_from(schema: Schema, root: Schema, path: str, steps: Steps, *, is_required: bool) -> Iterator[Key]:
    inner = resolve(schema, root)
    yield Key(path=path, steps=steps, schema=inner, is_required=is_required, definition=schema.get("$ref"))
    yield from _walk(inner, root, f"{path}.", steps)
