"""How commands print."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def print_json(value: Mapping[str, Any]) -> None:
    """Print a report for machines; valid JSON in any encoding."""
    is_utf8 = (sys.stdout.encoding or "").lower() in {"utf-8", "utf8"}
    print(json.dumps(value, ensure_ascii=not is_utf8, indent=2))
