"""The JSON Schemas: the one source of the rules for content, settings and upstream records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent

#: Every YAML file that people write → the name of its schema. The program, the settings of editors, the published
#: schemas and the reference all go by this table.
CONTENT: Mapping[str, str] = {
    "content/services/*.yaml": "service",
    "content/site.yaml": "site",
    "content/sources.yaml": "sources",
    "content/faq.yaml": "faq",
    "content/methods.yaml": "methods",
    "content/requests.yaml": "requests",
    "content/categories.yaml": "names",
    "content/regions.yaml": "names",
    "content/links.yaml": "links",
    "content/moves.yaml": "moves",
}


def find_schema(file: str) -> str:
    """Return the name of the schema that a file of ``content/`` has to keep; ``file`` is relative to the root."""
    return CONTENT.get(file) or CONTENT[f"{file.rpartition('/')[0]}/*.yaml"]


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the schema with that name: ``service`` is ``service.schema.json``."""
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.schema.json").read_bytes())
    return schema
