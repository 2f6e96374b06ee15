"""What is added to each page that is sent, never to a file: how it hears of changes, and over it what is wrong."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.editors.preview.rebuilding import Outcome
    from generator.problems import Problem

#: What is shown as long as there is no site.
EMPTY_PAGE = b"<!doctype html><html lang=en><head><meta charset=utf-8><title>Preview</title></head><body></body></html>"


def add_preview(page: bytes, outcome: Outcome, shown: str) -> bytes:
    """Return a page that hears of changes, with what is wrong over it; ``shown`` stands for all that it shows."""
    added = _load("live.html").substitute(shown=html.escape(shown))
    if outcome.report is None:
        problems = "".join(map(_show, outcome.problems))
        added += _load("overlay.html").substitute(message=html.escape(outcome.message), problems=problems)
    # A page without an end gets it at the end all the same.
    end = page.rfind(b"</body>")
    end = len(page) if end < 0 else end
    return page[:end] + added.encode() + page[end:]


def _show(problem: Problem) -> str:
    fix = f'<br><span class="fix">→ {html.escape(problem.fix)}</span>' if problem.fix else ""
    return f"<li><code>{html.escape(problem.place)}</code><br>{html.escape(problem.message)}{fix}</li>\n"


@cache
def _load(name: str) -> Template:
    return Template((files(__package__) / name).read_text("utf-8"))
