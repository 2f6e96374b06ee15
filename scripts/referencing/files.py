"""The files that are made from the schemas (pure)."""

from __future__ import annotations

from generator.schemas import CONTENT, load_schema
from scripts.referencing.pages import write_curated, write_others
from scripts.referencing.vscode import write_extensions, write_settings


def build_files() -> dict[str, str]:
    """Return name → text of every file that is made from the schemas."""
    names: dict[str, list[str]] = {}
    for file, name in CONTENT.items():
        names.setdefault(name, []).append(file)
    others = [(files, name, load_schema(name)) for name, files in names.items() if name != "service"]
    return {
        "docs/curated-file.md": write_curated(load_schema("service")),
        "docs/content-files.md": write_others(others),
        ".vscode/settings.json": write_settings(CONTENT),
        ".vscode/extensions.json": write_extensions(),
    }
