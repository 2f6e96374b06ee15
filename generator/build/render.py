"""View and template → bytes.

Templates print and don't decide: they see the fields of the page's view as plain names, and ``site``. An undefined
name is an error that names the template and the line, never an empty place on a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.build.templates import TEMPLATE_ERRORS, Templates, explain_error
from generator.errors import InvalidError
from generator.pages.page import fields_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from generator.pages.page import Page, SiteView


class Renderer:
    """Renders pages with templates by name."""

    def __init__(self, site: SiteView, code: Mapping[str, CodeType]) -> None:
        """Take what all pages show of the site, and the code of all templates by name."""
        self._templates = Templates({}, site, code)

    def render(self, page: Page, view: Any = None) -> bytes:
        """Return the HTML of a page; ``view`` is its view if that is built already.

        Raises :class:`InvalidError` where a template is wrong.
        """
        try:
            return self._templates.render(page.template, fields_of(view or page.build()))
        except TEMPLATE_ERRORS as error:
            problem = explain_error(error, page.template)
            raise InvalidError(f"the page {page.path} can't be rendered: {problem}", problems=(problem,)) from error
