"""Everything that decides what a page looks like, as one key: a page whose key has not changed is kept (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.build.inputs import fingerprint
from generator.errors import InvalidError
from generator.pages.digest import hash_bytes, hash_value
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.build.inputs import Mark
    from generator.pages.page import Page, SiteView


class Keys:
    """Gives keys: of the program, the site view, the template with all that it includes, and what the page shows."""

    def __init__(self, marks: Mapping[str, Mark], site: SiteView, closures: Mapping[str, list[str]]) -> None:
        """Take the marks of all inputs, and template → itself and those that it includes."""
        common = hash_value((fingerprint(marks), site))
        self._bases = {
            template: hash_value((common, [(name, _mark_of(marks, name)) for name in names])).encode()
            for template, names in closures.items()
        }

    def find(self, page: Page, view: Any = None) -> str:
        """Return the key of a page; ``view`` is its view if that is built already.

        Raises :class:`InvalidError` where its template is not there.
        """
        base = self._bases.get(page.template)
        if base is None:
            message = f"there is no template {page.template}, which {page.path} is made from"
            fix = "put it back, for example with git checkout templates"
            problem = Problem(path=f"templates/{page.template}", rule="template", message=message, fix=fix)
            summary = f"the pages can't be rendered: {problem}"
            raise InvalidError(summary, problems=(problem,))
        return hash_bytes(base + page.identify(view))


def _mark_of(marks: Mapping[str, Mark], template: str) -> str:
    mark = marks.get(f"templates/{template}")
    return mark.digest if mark else "missing"
