"""Compile all templates of a folder, and find out what each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.closures import find_closures
from generator.build.compiled import CompiledTemplates
from generator.build.templates import TEMPLATE_ERRORS, Templates, explain_error
from generator.errors import InvalidError
from generator.project import is_dropping

if TYPE_CHECKING:
    from pathlib import Path

    from generator.build.compiled import Code


def compile_all(folder: Path) -> tuple[Code, dict[str, list[str]]]:
    """Return the code of every template, and template → all that it is made of. Raises :class:`InvalidError`."""
    paths = [path for path in folder.rglob("*.html") if not is_dropping(path.name)]
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    closures = find_closures(folder, names)
    compiled = CompiledTemplates()
    templates = Templates(folder, compiled=compiled)
    for name in names:
        try:
            templates.get_template(name)
        except TEMPLATE_ERRORS as error:
            problem = explain_error(error, folder, name)
            raise InvalidError(f"the pages can't be rendered: {problem}", problems=(problem,)) from error
    return compiled.code, closures
