"""Settings of VS Code for those who write content: the schema of each file, and no false complaints (pure)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The extension that reads the schemas.
_EXTENSION = "redhat.vscode-yaml"


def write_settings(content: Mapping[str, str]) -> str:
    """Return ``.vscode/settings.json``; ``content`` maps the files to the names of their schemas."""
    schemas: dict[str, list[str]] = {}
    for files, name in content.items():
        schemas.setdefault(f"./generator/schemas/{name}.schema.json", []).append(files)
    return _write(
        {
            "files.encoding": "utf8",
            "files.eol": "\n",
            "files.insertFinalNewline": True,
            "files.trimFinalNewlines": True,
            "yaml.schemas": schemas,
            # No schemas of others, which go by a file's name alone.
            "yaml.schemaStore.enable": False,
            # As the program reads YAML: NO is false, and a date is a date.
            "yaml.yamlVersion": "1.1",
            # A formatter would fold long lines and change quotes.
            "yaml.format.enable": False,
            "[yaml]": {
                "editor.detectIndentation": False,
                "editor.insertSpaces": True,
                "editor.tabSize": 2,
                # Two spaces at the end of a line break it in Markdown, also inside YAML.
                "files.trimTrailingWhitespace": False,
            },
            "[markdown]": {"files.trimTrailingWhitespace": False},
        }
    )


def write_extensions() -> str:
    """Return ``.vscode/extensions.json``."""
    return _write({"recommendations": [_EXTENSION]})


def _write(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"
