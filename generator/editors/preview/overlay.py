"""What is wrong, as a layer over the last good page; added to what is sent, never to a file."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.editors.preview.rebuilding import Outcome
    from generator.problems import Problem

_EMPTY = "<!doctype html><html lang=en><head><meta charset=utf-8><title>Preview</title></head><body></body></html>"


def add_overlay(page: bytes, outcome: Outcome) -> bytes:
    """Return a page with what is wrong over it; as it is where nothing is."""
    if outcome.report is not None:
        return page
    head, end, tail = page.rpartition(b"</body>")
    overlay = _load_template().substitute(
        message=html.escape(outcome.message), problems="".join(map(_show, outcome.problems))
    )
    return head + overlay.encode() + end + tail


def make_empty_page() -> bytes:
    """Return what is shown as long as there is no site."""
    return _EMPTY.encode()


def _show(problem: Problem) -> str:
    fix = f'<br><span class="fix">→ {html.escape(problem.fix)}</span>' if problem.fix else ""
    return f"<li><code>{html.escape(problem.place)}</code><br>{html.escape(problem.message)}{fix}</li>\n"


@cache
def _load_template() -> Template:
    return Template((files(__package__) / "overlay.html").read_text("utf-8"))
