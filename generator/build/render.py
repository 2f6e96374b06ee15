"""View and template → bytes.

Templates print and don't decide: they see the fields of the page's view as plain names, and ``site``. An undefined
name is an error that names the template and the line, never an empty place on a page.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import jinja2

from generator.build.templates import RENDERING_ERRORS, Templates
from generator.errors import InvalidError, Problem
from generator.pages.page import fields_of

if TYPE_CHECKING:
    from pathlib import Path

    from generator.pages.page import Page, SiteView

class Renderer:
    """Renders pages with the templates of one folder."""

    def __init__(self, templates: Path, site: SiteView) -> None:
        self._folder = templates
        self._templates = Templates(templates, site)

    def render(self, page: Page) -> bytes:
        """Return the HTML of a page. Raises :class:`InvalidError` where a template is wrong."""
        try:
            return self._templates.render(page.template, fields_of(page.view))
        except jinja2.TemplateNotFound as error:
            raise self._explain(page, f"there is no template {error.name}", error) from error
        except jinja2.TemplateSyntaxError as error:
            raise self._explain(page, error.message or "syntax error", error, line=error.lineno) from error
        except jinja2.UndefinedError as error:
            raise self._explain(page, error.message or "undefined name", error) from error
        except UnicodeDecodeError as error:
            raise self._explain(page, "a template that it includes is not UTF-8", error) from error
        except RENDERING_ERRORS as error:
            raise self._explain(page, f"{error} ({type(error).__name__})", error) from error

    def _explain(self, page: Page, message: str, error: Exception, *, line: int = 0) -> InvalidError:
        name = getattr(error, "filename", None)
        if not line:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
            name, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else (name, 0)
        shown = (
            f"templates/{name.removeprefix(str(self._folder)).lstrip('/')}" if name else f"templates/{page.template}"
        )
        problem = Problem(path=shown, line=line, column=1 if line else 0, rule="template", message=message)
        return InvalidError(f"the page {page.path} can't be rendered: {problem}", problems=(problem,))
