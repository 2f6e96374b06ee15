"""The JSON Schemas: the one source of the rules for content, settings and upstream records."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the schema with that name: ``service`` is ``service.schema.json``."""
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.schema.json").read_bytes())
    return schema
