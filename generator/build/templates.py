"""The templates of one folder: which include which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
import jinja2.meta

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def find_closures(folder: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """Return template → itself and all that it extends or includes, directly or not."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True)
    direct: dict[str, list[str]] = {}

    def find(name: str) -> list[str]:
        if name not in direct:
            source, _, _ = environment.loader.get_source(environment, name)
            direct[name] = [str(other) for other in jinja2.meta.find_referenced_templates(environment.parse(source))]
        return direct[name]

    closures = {}
    for name in names:
        closure, todo = set(), [name]
        while todo:
            one = todo.pop()
            if one not in closure:
                closure.add(one)
                todo.extend(find(one))
        closures[name] = sorted(closure)
    return closures
