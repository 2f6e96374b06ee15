"""Compile all templates of a folder, and find out what each is made of."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from generator.build.closures import Closures
from generator.build.templates import TEMPLATE_ERRORS, Templates, explain_error
from generator.errors import InvalidError
from generator.project import is_dropping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import CodeType

    from generator.cache import Cache


class Compiled(NamedTuple):
    """The code of every page and partial, and page → itself and all that it is made of; both by name."""

    code: dict[str, CodeType]
    closures: dict[str, list[str]]


def read_templates(folder: Path) -> dict[str, bytes]:
    """Return name → content of every file below a folder, without what editors leave beside them."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not is_dropping(path.name)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def compile_all(sources: Mapping[str, bytes], cache: Cache) -> Compiled:
    """Return all templates compiled, from the cache where nothing has changed. Raises :class:`InvalidError`."""
    state = repr(sorted(sources.items())).encode()
    if known := cache.find("templates", state):
        return Compiled(*known)
    compiled = _compile(tuple(sources.items()))
    cache.keep("templates", state, tuple(compiled))
    return compiled


@lru_cache(maxsize=4)
def _compile(sources: tuple[tuple[str, bytes], ...]) -> Compiled:
    templates = Templates(dict(sources))
    closures = Closures(templates)
    names = [name for name, _ in sources if name.endswith(".html")]
    found = {name: sorted(closures.find_closure(name)) for name in names}
    # A template may include files of any kind, such as an SVG.
    parts = sorted({*names, *(part for closure in found.values() for part in closure)})
    return Compiled({name: _compile_one(templates, closures, name) for name in parts}, found)


def _compile_one(templates: Templates, closures: Closures, name: str) -> CodeType:
    source = closures.parse(name)
    try:
        return templates.compile(source.tree, name, source.filename)
    except TEMPLATE_ERRORS as error:
        problem = explain_error(error, name)
        raise InvalidError(f"the pages can't be rendered: {problem}", problems=(problem,)) from error
