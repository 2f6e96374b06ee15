"""What a parser of YAML stumbled over, in words for somebody who writes it without knowing its grammar (pure).

The parser says where it could not go on; what is wrong often stands before that: where a quote was opened, or in the
line above, to which this one seems to belong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import yaml

_KEY = re.compile(r"( *)(?:- +)*[\w.\"'-]+ *:(?= |$)")
_GLUED = re.compile(r" *(?:- +)*[\w.-]+:[^\s/]")
_UNREAD = "; then check again, for what comes after it was not read"

#: Rule, message, fix.
Words = tuple[str, str, str]


def explain_syntax(error: yaml.YAMLError, text: str, path: str, max_depth: int) -> Problem:
    """Return the finding for the one error that ends the reading of a file."""
    # YAML ends lines where Python does, for the other characters at which that does are refused before.
    problem = _explain(error, [*text.splitlines(), ""], path, max_depth)
    return replace(problem, fix=problem.fix + _UNREAD)


def _explain(error: yaml.YAMLError, lines: Sequence[str], path: str, max_depth: int) -> Problem:
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    begun = getattr(error, "context_mark", None)
    if begun and begun.line >= len(lines):
        begun = None

    def report(words: Words, place: tuple[int, int] = (line, column)) -> Problem:
        rule, message, fix = words
        return Problem(path=path, line=place[0], column=place[1], rule=rule, message=message, fix=fix)

    if "nesting depth" in reason:
        return report(too_deep(max_depth))
    if "\t" in written[: len(written) - len(written.lstrip())] or "\\t" in reason:
        tab = written.find("\t")
        words = ("tab", "a tab stands where YAML wants spaces", "indent with two spaces for each level")
        return report(words, (line, tab + 1 if tab >= 0 else column))
    if "expected key" in reason and line:
        return report(_explain_misfit(lines, line, column))
    if "mapping values are not allowed" in reason and line:
        words, place = _explain_colon(lines, line, column)
        return report(words, place)
    if begun and (opened := _explain_opened(reason, context, lines[begun.line][begun.column :])):
        return report(opened, (begun.line + 1, begun.column + 1))
    if "node content" in reason:
        message = "a value is missing here, or a bracket before it is never closed"
        return report(("syntax", message, "write the value, or close the bracket"))
    if "another document" in reason:
        return report(("syntax", "the file holds more than one document", "remove the line ---"))
    if "alias" in reason:
        return report(("syntax", "YAML aliases (*name) are not used here", "put text that begins with * in quotes"))
    fix = "compare the indentation and the quotes with the lines before"
    return report(("syntax", f"this is not YAML ({reason})", fix))


def too_deep(max_depth: int) -> Words:
    """Return what is said of values that are nested too deep."""
    message = f"values are nested more than {max_depth} levels deep"
    return "too-deep", message, "see CONTRIBUTING for what a file holds"


def _explain_opened(reason: str, context: str, rest: str) -> Words | None:
    """Explain what went wrong where a quote, a bracket, a key or a text began; ``rest`` is its line from there."""
    if "quoted scalar" in context:
        return "syntax", "a quote that is opened here is never closed", "close it with the same kind of quote"
    if "expected ',' or" in reason or ("flow" in context and "end" in reason):
        closing = "}" if rest.startswith("{") else "]"
        return "syntax", f"the bracket {rest[:1]} that is opened here is never closed", f"close it with {closing}"
    if "expected ':'" in reason:
        if rest.startswith("-"):
            return "syntax", "a dash needs a space after it", f"write - {rest.lstrip('-').strip()}"
        return "syntax", "this line is neither key: value nor part of a text", "add the colon, or indent the text"
    if "alphabetic" in reason or "cannot start any token" in reason or "block scalar" in context:
        message = f"text may not begin with {rest[:1]} here, which means something in YAML"
        return "syntax", message, "put the whole text in quotes"
    return None


# --- Lines that don't fit ---------------------------------------------------------------------------------------------


def _explain_misfit(lines: Sequence[str], line: int, column: int) -> Words:
    """Explain a line, or the rest of one, that belongs to nothing before it."""
    written = lines[line - 1]
    before = written[: column - 1].rstrip()
    if before.endswith(('"', "'")):
        fix = "put the whole text in quotes, of the other kind than those inside it"
        return "syntax", "text goes on after the closing quote", fix
    if before.endswith(("]", "}")):
        return "syntax", "text goes on after the closing bracket", "put the whole text in quotes"
    indent = _indent_of(written)
    message = f"this line begins with {_count(indent)}, which fits none of the lines before it"
    return "syntax", message, _fit([found for found in _list_indents(lines, line) if found != indent] or [0])


def _explain_colon(lines: Sequence[str], line: int, column: int) -> tuple[Words, tuple[int, int]]:
    """Explain a colon where none may stand, and where the mistake is."""
    written = lines[line - 1]
    key = _KEY.match(written)
    back = next((back for back in range(1, line) if _says(lines[line - 1 - back])), 0)
    if key is None or key.end() != column or not back:
        words = ("syntax", "a colon followed by a space stands inside unquoted text", "put the whole text in quotes")
        return words, (line, column)
    above = lines[line - 1 - back]
    place = line - back, _indent_of(above) + 1
    if _GLUED.match(above) and _indent_of(above) == _indent_of(written):
        name, _, value = above.strip().partition(":")
        return ("syntax", "a colon needs a space after it", f"write {name}: {value}"), place
    if not _KEY.match(above) and not above.lstrip().startswith("-") and _indent_of(above) >= _indent_of(written):
        fix = "add the colon with a space after it, or indent the text"
        return ("syntax", "this line is neither key: value nor part of a text", fix), place
    indent = _indent_of(written)
    message = f"this line begins with {_count(indent)}, so YAML reads it as part of the text before"
    return ("syntax", message, _fit(_list_indents(lines, line))), (line, indent + 1)


def _fit(indents: Sequence[int]) -> str:
    named = " or ".join(str(found) for found in sorted(set(indents))[-2:])
    return f"indent it by {named} spaces, like the lines that it belongs to"


def _list_indents(lines: Sequence[str], line: int) -> list[int]:
    """Return how far the keys and items before a line are indented that it could belong to, the nearest first."""
    found: list[int] = []
    for written in reversed(lines[: line - 1]):
        if _says(written) and (_KEY.match(written) or written.lstrip().startswith("- ")):
            indent = _indent_of(written)
            if not found or indent < found[-1]:
                found.append(indent)
    return found or [0]


def _says(written: str) -> bool:
    return bool(written.strip()) and not written.lstrip().startswith("#")


def _indent_of(written: str) -> int:
    return len(written) - len(written.lstrip(" "))


def _count(spaces: int) -> str:
    return "no space" if spaces == 0 else f"{spaces} space{'s' if spaces > 1 else ''}"
