"""View and template → bytes.

Templates print and don't decide: they see the fields of the page's view as plain names, and ``site``. An undefined
name is an error that names the template and the line, never an empty place on a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.build.compiled import CompiledTemplates
from generator.build.templates import TEMPLATE_ERRORS, Templates, explain_error
from generator.errors import InvalidError
from generator.pages.page import fields_of

if TYPE_CHECKING:
    from pathlib import Path

    from generator.build.compiled import Code
    from generator.pages.page import Page, SiteView


class Renderer:
    """Renders pages with the templates of one folder."""

    def __init__(self, templates: Path, site: SiteView, code: Code | None = None) -> None:
        """Take the folder, what all pages show of the site, and the code of templates that are compiled already."""
        self._folder = templates
        self._templates = Templates(templates, site, CompiledTemplates(code))

    def render(self, page: Page, view: Any = None) -> bytes:
        """Return the HTML of a page; ``view`` is its view if that is built already.

        Raises :class:`InvalidError` where a template is wrong.
        """
        try:
            return self._templates.render(page.template, fields_of(view or page.build()))
        except TEMPLATE_ERRORS as error:
            problem = explain_error(error, self._folder, page.template)
            raise InvalidError(f"the page {page.path} can't be rendered: {problem}", problems=(problem,)) from error
