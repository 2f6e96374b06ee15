"""What a parser of YAML stumbled over, in words for somebody who writes it without knowing its grammar (pure).

The parser says where it could not go on; what is wrong often stands before that: where a quote was opened, or in the
line above, to which this one seems to belong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.problems import Problem
from generator.yamlindent import explain_colon, explain_glued, explain_misfit, explain_outside, write_dash

if TYPE_CHECKING:
    from collections.abc import Sequence

    import yaml

    from generator.yamlindent import Found

#: What YAML takes for a sign of its own: a tag (!) or a directive (%).
_SIGNS = re.compile(r"\b(?:tag|directive)\b")
_UNREAD = "; then check again, for what comes after it was not read"
_BY_ITSELF = " (twofa check --fix does it where it can tell)"
_IN_QUOTES = "put the whole text in quotes"

#: Rule, message, fix.
Words = tuple[str, str, str]


def explain_syntax(error: yaml.YAMLError, text: str, path: str, max_depth: int) -> Problem:
    """Return the finding for the one error that ends the reading of a file."""
    # YAML ends lines where Python does, for the other characters at which that does are refused before.
    problem = _explain(error, [*text.splitlines(), ""], path, max_depth)
    return replace(problem, fix=problem.fix + _UNREAD)


def _explain(error: yaml.YAMLError, lines: Sequence[str], path: str, max_depth: int) -> Problem:
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    written = lines[line - 1] if 0 < line <= len(lines) else ""

    def report(rule: str, message: str, fix: str, place: tuple[int, int] = (line, column)) -> Problem:
        return Problem(path=path, line=place[0], column=place[1], rule=rule, message=message, fix=fix)

    if "nesting depth" in reason:
        return report(*too_deep(max_depth))
    if "\t" in written[: len(written) - len(written.lstrip())] or "\\t" in reason:
        tab = written.find("\t")
        place = line, tab + 1 if tab >= 0 else column
        fix = f"indent with two spaces for each level{_BY_ITSELF}"
        return report("tab", "a tab stands where YAML wants spaces", fix, place)
    if written[column - 1 : column] == "\t" and "token" in reason:
        return report("tab", "a tab stands where YAML wants a space", f"write one space in its place{_BY_ITSELF}")
    found = _find_elsewhere(error, reason, lines, line, column) if line else None
    if found:
        return report("syntax", *found)
    return report("syntax", *_explain_here(reason, written[: column - 1], written[column - 1 :]))


def too_deep(max_depth: int) -> Words:
    """Return what is said of values that are nested too deep."""
    message = f"values are nested more than {max_depth} levels deep"
    return "too-deep", message, "see CONTRIBUTING for what a file holds"


def _find_elsewhere(error: yaml.YAMLError, reason: str, lines: Sequence[str], line: int, column: int) -> Found | None:
    """Return message, fix and place of what is wrong in the lines before, or where something began."""
    if "expected key" in reason or "expected '-' indicator" in reason:
        return explain_misfit(lines, line, column)
    if "mapping values are not allowed" in reason:
        return explain_colon(lines, line, column)
    if "document start" in reason:
        return explain_outside(lines, line, column)
    begun = getattr(error, "context_mark", None)
    # What was to begin at the end of the file has no line.
    if begun is None or begun.line >= len(lines):
        return None
    opened = lines[begun.line][begun.column :]
    if "expected ',' or" in reason and begun.line == line - 1:
        closing = "}" if opened.startswith("{") else "]"
        if closing in lines[line - 1][column:]:
            message = f"between {opened[:1]} and {closing} a comma is missing before this"
            return message, "put a comma before it; or, if it is all one text, put that in quotes", (line, column)
    words = _explain_opened(reason, getattr(error, "context", None) or "", opened)
    return (*words, (begun.line + 1, begun.column + 1)) if words else None


def _explain_opened(reason: str, context: str, rest: str) -> tuple[str, str] | None:
    """Explain what went wrong where a quote, a bracket, a key or a text began; ``rest`` is its line from there."""
    if "escape character" in reason or "number" in reason:
        return None
    if "quoted scalar" in context:
        return "a quote that is opened here is never closed", "close it with the same kind of quote"
    if "expected ',' or" in reason or ("flow" in context and "end" in reason):
        closing = "}" if rest.startswith("{") else "]"
        fix = f"close it with {closing}; or, if it belongs to a text, {_IN_QUOTES}"
        return f"the bracket {rest[:1]} that is opened here is never closed", fix
    if "expected ':'" in reason:
        if rest.startswith("-"):
            return write_dash(rest)
        no_entry = "this line is neither key: value nor part of a text", "add the colon, or indent the text"
        return explain_glued(rest) or no_entry
    if "alphabetic" in reason or "cannot start any token" in reason or _SIGNS.search(f"{reason} {context}"):
        return _refuse_start(rest)
    if "block scalar" in context:
        message, fix = _refuse_start(rest)
        return message, f"{fix}; or, where it fills several lines, begin it in the next one"
    return None


def _refuse_start(rest: str) -> tuple[str, str]:
    return f"text may not begin with {rest[:1]} here, which means something else to YAML", _IN_QUOTES


def _explain_here(reason: str, before: str, rest: str) -> tuple[str, str]:
    """Return message and fix for what is wrong where the parser stopped."""
    begins = before.rstrip().endswith((":", "-")) and rest.startswith((",", "]", "}"))
    if "escape character" in reason or "number" in reason:
        message = "a backslash between double quotes begins a code, and this is none"
        return message, "write two of them for one, or use single quotes"
    if ("node content" in reason and begins) or "keys are not allowed" in reason:
        return _refuse_start(rest)
    if "node content" in reason and rest.startswith("- "):
        message = "a list with dashes begins inside a bracket that is not closed"
        return message, "remove the bracket, for a list with dashes has none; or close the bracket"
    if "node content" in reason:
        return (
            "a value is missing here, or a bracket before it is never closed",
            "write the value, or close the bracket",
        )
    if "sequence entries" in reason:
        message = "a list may not begin in the line of its key"
        return message, f"begin a new line with the dash; or, if this is text, {_IN_QUOTES}"
    if "another document" in reason:
        return "the file holds more than one document", "remove the line ---"
    if "alias" in reason:
        return "text that begins with * is read as something else by YAML", _IN_QUOTES
    fix = "compare the indentation and the quotes with the lines before"
    return f"this is not YAML ({reason})", fix
