"""Compile all templates of a folder, and find out what each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.closures import find_closures
from generator.build.compiled import CompiledTemplates
from generator.build.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from generator.build.compiled import Code


def compile_all(folder: Path) -> tuple[Code, dict[str, list[str]]]:
    """Return the code of every template, and template → all that it is made of. Raises :class:`InvalidError`."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    closures = find_closures(folder, names)
    compiled = CompiledTemplates()
    templates = Templates(folder, compiled=compiled)
    for name in names:
        templates.get_template(name)
    return compiled.code, closures
