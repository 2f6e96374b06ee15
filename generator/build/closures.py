"""Which templates a template is made of: a page changes only when one of them does.

That is known without rendering, so every template names what it includes, extends, imports and prints as a fragment
in quotes; a name that is worked out is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from jinja2 import nodes

from generator.build.templates import TEMPLATE_ERRORS, Templates, explain_error
from generator.errors import InvalidError
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FIX = 'write the name of the template in quotes: {% include "partials/NAME.html" %}'


class Source(NamedTuple):
    """A template parsed, and the path of its file in the project."""

    filename: str
    tree: nodes.Template


class Closures:
    """The closures of all templates, each worked out once."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._sources: dict[str, Source] = {}
        self._references: dict[str, tuple[str, ...]] = {}

    def find_closure(self, name: str) -> frozenset[str]:
        """Return the names of a template and of all that it is made of. Raises :class:`InvalidError`."""
        found = {name}
        waiting = [name]
        while waiting:
            new = set(self._list_references(waiting.pop())) - found
            found |= new
            waiting += new
        return frozenset(found)

    def _list_references(self, name: str) -> tuple[str, ...]:
        known = self._references.get(name)
        if known is None:
            known = self._references[name] = tuple(self._find_references(name))
        return known

    def _find_references(self, name: str) -> Iterator[str]:
        for target, line in list_references(self.parse(name).tree):
            if target is None:
                raise _refuse(_locate(name, line, "the name of a template is worked out here", fix=_FIX))
            try:
                self._read(target)
            except jinja2.TemplateNotFound as error:
                raise _refuse(_locate(name, line, f"there is no template {target}")) from error
            except UnicodeDecodeError as error:
                raise _refuse(_locate(target, 0, "not UTF-8")) from error
            yield target

    def parse(self, name: str) -> Source:
        """Return a template parsed. Raises :class:`InvalidError`."""
        if name not in self._sources:
            try:
                text, filename = self._read(name)
                tree = self._templates.parse(text, name, filename)
            except TEMPLATE_ERRORS as error:
                raise _refuse(explain_error(error, name)) from error
            self._sources[name] = Source(filename, tree)
        return self._sources[name]

    def _read(self, name: str) -> tuple[str, str]:
        text, filename, _ = self._templates.sources.get_source(self._templates, name)
        return text, filename


def list_references(template: nodes.Template) -> list[tuple[str | None, int]]:
    """Return the name of every template that one names, with its line; None for a name that is worked out."""
    inclusions: Iterable[Any] = template.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
    filters: Iterable[nodes.Filter] = template.find_all(nodes.Filter)
    found = [(node.template, node.lineno) for node in inclusions]
    for node in filters:
        first = node.args[0] if node.args else None
        if node.name == "fragment" or (node.name == "map" and _may_be_fragment(first)):
            found.append((first if node.name == "fragment" else None, node.lineno))
    return [(_read_name(target), line) for target, line in found]


def _may_be_fragment(name: nodes.Expr | None) -> bool:
    """Tell whether a filter that is itself named by a value, as in ``map(name)``, may be that of fragments."""
    return name is not None and _read_name(name) in {None, "fragment"}


def _read_name(expression: Any) -> str | None:
    return expression.value if isinstance(expression, nodes.Const) and isinstance(expression.value, str) else None


def _locate(name: str, line: int, message: str, *, fix: str = "") -> Problem:
    path = f"templates/{name}"
    return Problem(path=path, line=line, column=1 if line else 0, rule="template", message=message, fix=fix)


def _refuse(problem: Problem) -> InvalidError:
    return InvalidError(f"the pages can't be rendered: {problem}", problems=(problem,))
