"""The templates of one folder: how they are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

from generator.build.fragments import Fragments

if TYPE_CHECKING:
    from pathlib import Path

    from generator.pages.page import SiteView


def build_environment(folder: Path, site: SiteView) -> jinja2.Environment:
    """Return the environment in which the templates of a folder are rendered."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    environment.globals["site"] = site
    environment.filters["fragment"] = Fragments(environment).render
    return environment
