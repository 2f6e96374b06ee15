"""What is added to each page that is sent, never to a file.

How it hears of changes, what it is written in, and over it what keeps the last save from being built.
"""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from generator.editors.preview.desk import link_to_editor

if TYPE_CHECKING:
    from generator.editors.preview.desk import Draft
    from generator.editors.preview.rebuilding import Outcome
    from generator.problems import Problem

#: Where the server answers for itself, not for the site.
ADDRESS = "/twofa-preview"

#: What is shown as long as there is no site.
EMPTY_PAGE = b"<!doctype html><html lang=en><head><meta charset=utf-8><title>Preview</title></head><body></body></html>"


def add_preview(page: bytes, outcome: Outcome, shown: str, draft: Draft) -> bytes:
    """Return a page that hears of changes, with what is known of it above and what is wrong over it.

    ``shown`` stands for all that it shows.
    """
    added = _load("live.html").substitute(shown=html.escape(shown))
    if outcome.report is None:
        added += _write_overlay(outcome, draft)
    if draft.slug:
        added += f'<script src="{ADDRESS}/facts.js"></script>\n'
    # A page without a beginning or an end gets it at the end all the same.
    end = page.rfind(b"</body>")
    end = len(page) if end < 0 else end
    start = page.find(b"<body>") + len(b"<body>")
    start = end if start < len(b"<body>") else start
    return page[:start] + _write_banner(draft).encode() + page[start:end] + added.encode() + page[end:]


def _write_overlay(outcome: Outcome, draft: Draft) -> str:
    """Return what is wrong, first that with the file of this very page."""
    ordered = sorted(outcome.problems, key=lambda problem: problem.path != draft.path)
    problems = "".join(_show(problem, is_here=problem.path == draft.path) for problem in ordered)
    return _load("overlay.html").substitute(message=html.escape(outcome.message), problems=problems)


def _show(problem: Problem, *, is_here: bool) -> str:
    here = '<strong class="here">This page’s file</strong> ' if is_here else ""
    return f"<li>{here}<code>{html.escape(problem.place)}</code><br>{_say(problem)}</li>\n"


def _say(problem: Problem) -> str:
    fix = f'<br><span class="fix">→ {html.escape(problem.fix)}</span>' if problem.fix else ""
    return f"{html.escape(problem.message)}{fix}"


def _write_banner(draft: Draft) -> str:
    toggle = '<button type="button" aria-pressed="false">Show where facts come from</button>' if draft.slug else ""
    return _load("banner.html").substitute(
        address=ADDRESS,
        slug=html.escape(draft.slug or ""),
        file=_name_file(draft),
        toggle=toggle,
        problems=_list_warnings(draft),
    )


def _name_file(draft: Draft) -> str:
    href = html.escape(draft.href or "")
    if draft.path and draft.place:
        line = draft.problems[0].line if draft.problems else 1
        opened = f'<a href="{html.escape(link_to_editor(draft.place, line or 1))}">Open in the editor</a>'
        stored = f'<a href="{href}">In the repository</a>' if href else ""
        return f"<code>{html.escape(draft.path)}</code>{opened}{stored}"
    if draft.domain:
        started = f' <a href="{href}">Start it in the repository</a>' if href else ""
        return f"<span>No guide yet: <code>twofa new {html.escape(draft.domain)}</code></span>{started}"
    return ""


def _list_warnings(draft: Draft) -> str:
    """Return the warnings of the page's file; what the overlay says in full is only counted."""
    written = ""
    if draft.error_count:
        number = "An error" if draft.error_count == 1 else f"{draft.error_count} errors"
        written = f'<div class="error">{number} in this file, shown at the foot of the window</div>\n'
    if draft.problems and draft.place:
        count = len(draft.problems)
        lines = "".join(_show_warning(problem, draft) for problem in draft.problems)
        title = "1 warning" if count == 1 else f"{count} warnings"
        written += f"<details open><summary>{title}</summary><ol>{lines}</ol></details>\n"
    return written


def _show_warning(problem: Problem, draft: Draft) -> str:
    place = f"line {problem.line}" if problem.line else "the file"
    if draft.place:
        place = f'<a href="{html.escape(link_to_editor(draft.place, problem.line or 1))}">{place}</a>'
    return f"<li>{place}: {_say(problem)}</li>\n"


@cache
def _load(name: str) -> Template:
    return Template(load_part(name))


@cache
def load_part(name: str) -> str:
    """Return a file of the preview's own."""
    return (files(__package__) / name).read_text("utf-8")
