"""The templates of one folder: how they are loaded, what they print with, and what is wrong with one that fails."""

from __future__ import annotations

import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from generator.build.fragments import Fragment, Fragments
from generator.catalogue.decisions.text import Text
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from types import CodeType

    from jinja2 import nodes
    from jinja2.compiler import Frame

    from generator.pages.page import SiteView

#: What an expression of a template raises where it does not fit its values, as {{ 1 + title }} does; and what a
#: template that includes itself ends in.
TEMPLATE_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    jinja2.TemplateError,
)


def show(value: Any) -> str:
    """Return a value as HTML: what ``markupsafe.escape`` returns, without a copy of what is HTML already."""
    kind = type(value)
    if kind is Text or kind is Fragment:
        html: str = value.html
        return html
    if kind is str:
        return _escape(value)
    return value if kind is Markup else escape(value)


@lru_cache(maxsize=8192)
def _escape(text: str) -> str:
    return str(escape(text))


class _ShowingCode(CodeGenerator):
    """The code of templates, which prints with :func:`show`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.show(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Loader(jinja2.BaseLoader):
    """Gives templates by name, from their code where they are compiled already."""

    def __init__(self, sources: Mapping[str, bytes], code: Mapping[str, CodeType]) -> None:
        self._sources, self._code = sources, code

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002
        """Return the text of a template, and its path in the project."""
        if template not in self._sources:
            raise jinja2.TemplateNotFound(template)
        return self._sources[template].decode(), f"templates/{template}", None

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 (jinja2's name)
    ) -> jinja2.Template:
        """Return a template, ready to render."""
        if name not in self._code:
            return super().load(environment, name, globals)
        return environment.template_class.from_code(environment, self._code[name], globals or {})


class Templates(jinja2.Environment):
    """The templates of a site. They escape what they print, and an undefined name is an error."""

    code_generator_class = _ShowingCode

    def __init__(
        self, sources: Mapping[str, bytes], site: SiteView | None = None, code: Mapping[str, CodeType] | None = None
    ) -> None:
        """Take the content of templates by name, what all pages show, and the code of those compiled already."""
        self.sources = Loader(sources, code or {})
        super().__init__(
            loader=self.sources,
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            keep_trailing_newline=True,
        )
        self.show = show
        self.globals["site"] = site
        self.filters["fragment"] = Fragments(self).render
        self._loaded: dict[str, jinja2.Template] = {}

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 (jinja2's name)
    ) -> jinja2.Template:
        """Return a template, loaded once: the folder does not change during a build."""
        if isinstance(name, jinja2.Template):
            return name
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent, globals)
        return template

    def render(self, name: str, fields: dict[str, Any]) -> bytes:
        """Return a template rendered with ``fields`` as names. Raises one of ``TEMPLATE_ERRORS``."""
        template = self.get_template(name)
        context = template.new_context({**self.globals, **fields}, shared=True)
        try:
            # Piece by piece: one character beyond ASCII would make the whole page a wide string, slow to join and
            # to encode.
            return b"".join(map(str.encode, template.root_render_func(context)))
        except TEMPLATE_ERRORS:
            self.handle_exception()  # raises it again, with the lines of the templates


def explain_error(error: Exception, template: str) -> Problem:
    """Return what is wrong with a template, at the line where it is; ``template`` names the one that was asked for."""
    match error:
        case jinja2.TemplateNotFound():
            message, line = f"there is no template {error.name}", 0
        case jinja2.TemplateSyntaxError():
            message, line = error.message or "syntax error", error.lineno
        case jinja2.UndefinedError():
            message, line = error.message or "undefined name", 0
        case UnicodeDecodeError():
            message, line = "not UTF-8", 0
        case _:
            message, line = f"{error} ({type(error).__name__})", 0
    name = getattr(error, "filename", None)
    if not line:
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("templates/")
        ]
        name, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else (name, 0)
    path = name or f"templates/{template}"
    return Problem(path=path, line=line, column=1 if line else 0, rule="template", message=message)
