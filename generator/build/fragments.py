"""Parts of pages that many pages have alike, rendered once a build for each distinct value.

``{{ methods|fragment("partials/methods.html") }}`` prints a partial that sees the fields of the value, or ``items``
where the value is a tuple, and ``site``: nothing of the page around it. So the same value always gives the same HTML,
and decisions hand out one object for all the services that it fits. With ``about=name`` the partial may also print
``name``: its HTML is kept with the name left open, and the name of each page is put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
from msgspec import Struct

from generator.catalogue.decisions.text import OPEN, PLACE
from generator.pages.page import fields_of

if TYPE_CHECKING:
    from generator.catalogue.decisions.text import Text


class Fragment(Struct, frozen=True):
    """A part of a page. It prints as what it is, HTML; a ``Markup`` would cost more to make than the part itself."""

    html: str

    def __html__(self) -> str:
        """Return the HTML, so that a template prints it as it is."""
        return self.html


class Fragments:
    """The fragments of one build; :meth:`render` is the filter ``fragment``."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self._environment = environment
        # By identity, which costs nothing to look up. A value is kept with its HTML, so its identity stays its own.
        self._rendered: dict[tuple[str, int], tuple[Any, Fragment]] = {}

    def render(self, value: Any, template: str, *, about: Text | None = None) -> Fragment:
        """Return the partial ``template`` rendered with the fields of ``value``."""
        kept = self._rendered.get((template, id(value)))
        if kept is None:
            kept = self._rendered[template, id(value)] = (value, self._render(value, template, about))
        if about is None:
            return kept[1]
        return Fragment(kept[1].html.replace(PLACE, about.html))

    def _render(self, value: Any, template: str, about: Text | None) -> Fragment:
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises the error that names it
        fields = {"items": value} if isinstance(value, tuple) else fields_of(value)
        names = fields if about is None else {**fields, "name": OPEN}
        return Fragment(self._environment.get_template(template).render(names))
