"""The templates of one folder: how they are loaded and what they print with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.compiler
from markupsafe import Markup, escape

from generator.build.fragments import Fragments

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from generator.pages.page import SiteView


#: What an expression of a template raises where it does not fit its values, as {{ 1 + title }} does; and what a
#: template that includes itself ends in.
RENDERING_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    jinja2.TemplateError,
)


class Templates(jinja2.Environment):
    """The templates of a folder. They escape what they print, and an undefined name is an error."""

    def __init__(self, folder: Path, site: SiteView) -> None:
        super().__init__(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            keep_trailing_newline=True,
        )
        self._loaded: dict[str, jinja2.Template] = {}
        self.globals["site"] = site
        self.filters["fragment"] = Fragments(self).render
        self.show = show

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 (jinja2's name)
    ) -> jinja2.Template:
        """Return a template: loaded once, for the folder does not change during a build."""
        if isinstance(name, jinja2.Template):
            return name
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent, globals)
        return template

    def render(self, name: str, fields: dict[str, Any]) -> bytes:
        """Return a template rendered with the names in ``fields``, and those that every template has."""
        template = self.get_template(name)
        context = template.new_context({**self.globals, **fields}, shared=True)
        try:
            # Piece by piece: one character beyond ASCII would make the whole page a wide string, slow to join and encode.
            return b"".join(map(str.encode, template.root_render_func(context)))
        except RENDERING_ERRORS:
            self.handle_exception()

    class code_generator_class(jinja2.compiler.CodeGenerator):
        """The code of a template prints with :func:`show`."""

        def _output_child_pre(
            self, node: jinja2.nodes.Expr, frame: jinja2.compiler.Frame, finalize: Any
        ) -> None:
            if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
                self.write("environment.show(")
            else:
                super()._output_child_pre(node, frame, finalize)


def show(value: Any) -> str:
    """Return a value as HTML: what ``markupsafe.escape`` returns, without a copy of what is HTML already."""
    if value.__class__ is Markup:
        return value
    html = getattr(value, "__html__", None)
    return html() if html is not None else escape(value)
