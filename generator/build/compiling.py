"""Compile all templates of a folder, and find out what each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.closures import Closures
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
    templates = Templates(folder)
    closures = Closures(folder, templates)
    found = {name: sorted(closures.find_closure(name)) for name in names}
    compiled = CompiledTemplates()
    for name in names:
        source = closures.parse(name)
        try:
            code = templates.compile(source.tree, name, source.filename)
        except TEMPLATE_ERRORS as error:
            problem = explain_error(error, folder, name)
            raise InvalidError(f"the pages can't be rendered: {problem}", problems=(problem,)) from error
        compiled.keep(templates, name, source, code)
    return compiled.code, found
