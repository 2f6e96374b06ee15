"""Pages of the reference: every key of a schema, with its rules and an example (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.editors.guides.scaffold import MODELINE
from generator.pages.addresses import schema as find_address
from scripts.referencing.examples import nest, write_yaml
from scripts.referencing.keys import find_twins, list_keys
from scripts.referencing.words import describe, list_conditions, list_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scripts.referencing.keys import Key, Schema

_HEAD = "<!-- Made by scripts/reference from the schemas in generator/schemas/. Do not edit by hand. -->"

_CURATED = """\
What an editor adds to one service stands in `content/services/SLUG.yaml`, where SLUG is the last part of the address of
the service's page: `/2fa-directory/cliniko/` → `cliniko`. [CONTRIBUTING](../CONTRIBUTING.md) says how a guide comes
about; here is every key that it may have."""

_OTHERS = """\
The files of `content/` apart from the guides, which have [a page of their own](curated-file.md): every key, with its
rules and an example."""


def write_curated(schema: Schema) -> str:
    """Return the page on curated files."""
    parts = [
        *("# The curated file", _HEAD, _CURATED),
        *("## Two whole files", "For a service that an upstream directory lists, and for one that none lists:"),
        *(_write_whole(example) for example in schema["examples"]),
        *("## Where the rules stand", _write_help("service")),
        *("## Kinds of text", _write_kinds([schema])),
        *("## All keys", *_write_keys(schema)),
    ]
    return "\n\n".join(parts) + "\n"


def write_others(files: Sequence[tuple[Sequence[str], str, Schema]]) -> str:
    """Return the page on all other files: for each schema the files that keep it, its name and itself."""
    parts = ["# The other content files", _HEAD, _OTHERS]
    parts += ["## Kinds of text", _write_kinds([schema for _, _, schema in files])]
    for names, name, schema in files:
        parts += [f"## {' and '.join(f'`{file}`' for file in names)}", schema["description"], _write_help(name)]
        parts += _write_keys(schema)
    return "\n\n".join(parts) + "\n"


def _write_whole(example: object) -> str:
    """Return a whole curated file, its first line included."""
    return _write_example(example).replace("```yaml\n", f"```yaml\n{MODELINE}\n", 1)


def _write_help(name: str) -> str:
    folder = "../../" if name == "service" else "../"
    return (
        f"The rules stand in [`{name}.schema.json`](../generator/schemas/{name}.schema.json), which the site publishes "
        f"under `{find_address(name)}`.\nAn editor's program shows them while you write where the file begins so:\n\n"
        f"```yaml\n# yaml-language-server: $schema={folder}generator/schemas/{name}.schema.json\n```"
    )


def _write_kinds(schemas: Iterable[Schema]) -> str:
    kinds = {title: meaning for schema in schemas for title, meaning in list_kinds(schema)}
    rows = [f"| {title.lower() if title != 'Markdown' else title} | {meaning} |" for title, meaning in kinds.items()]
    return "\n".join(["| kind | |", "| --- | --- |", *rows])


def _write_keys(root: Schema) -> Iterator[str]:
    """Yield a table of all keys, then each with its rules; keys that an earlier block has too are named there only."""
    keys = list_keys(root)
    twins = find_twins(keys)
    keys = [key for key in keys if not any(key.path.startswith(f"{block}.") for block in twins)]
    yield _write_table(keys)
    yield from list_conditions(root)
    for key in keys:
        yield f"### `{key.path}`"
        yield key.schema["description"]
        yield " ".join(_list_rules(key, root, twins.get(key.path)))
        yield _write_example(nest(key.steps, key.example))


def _write_table(keys: Iterable[Key]) -> str:
    rows = [f"| `{key.path}` | {'required' if key.is_required else ''} | {key.schema['description']} |" for key in keys]
    return "\n".join(["| key | in its block | what it says |", "| --- | --- | --- |", *rows])


def _list_rules(key: Key, root: Schema, twin: str | None) -> Iterator[str]:
    yield f"{'Required' if key.is_required else 'Optional'}: {describe(key.schema, root)}."
    yield from list_conditions(key.schema)
    if twin:
        yield f"Its keys are those of `{twin}`."


def _write_example(value: object) -> str:
    return f"```yaml\n{write_yaml(value)}```"
