"""Text as YAML that reads back as the same text, and upstream's text as one line that is safe to show (pure)."""

from __future__ import annotations

import json
from typing import Any

from generator.yamlfile import PlainDate
from generator.yamlparse import parse_yaml


def write_value(value: Any, *, in_flow: bool = False) -> str:
    """Return a text, a truth value or a list of texts on one line; a date keeps the form that YAML reads as one.

    A text gets quotes only where YAML would read it as something else without them.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(write_value(item, in_flow=True) for item in value)}]"
    if isinstance(value, PlainDate) or _reads_back(value, in_flow=in_flow):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _reads_back(text: str, *, in_flow: bool) -> bool:
    """Tell whether a text without quotes stays itself: before a comment, or inside brackets of both kinds."""
    if in_flow and "?" in text:
        return False  # For some readers of YAML, a key would begin there.
    written, value = (f"[{text}, {{a: {text}}}]", [text, {"a": text}]) if in_flow else (f"- {text} # c", [text])
    file = parse_yaml(written.encode(), "")
    return not file.problems and file.value == value and not isinstance(file.value[0], PlainDate)


def squash(text: str) -> str:
    """Return a text as one line, without anything that a terminal or YAML would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
