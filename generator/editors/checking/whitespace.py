"""White space in content files, mended without a word, because nobody sees it (pure).

A mend never changes what a file says: what YAML reads in it is compared before and after, and where that differs, the
mend is left out. Inside block scalars (``|`` and ``>``) white space may mean something: two spaces at the end of a line
break it in Markdown, for example. There it is touched only where that makes a file readable, or changes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.problems import Problem
from generator.yamlparse import decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.yamlfile import YamlFile

#: Spaces that are none to YAML: the non-breaking one and its kin.
_ODD = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_SPACE = re.compile(f"[{_ODD}]")
_BREAK = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(rf"(?:\n[ \t{_ODD}]*)+\Z")
_AT_END = re.compile(r"[ \t]+\Z")
_ODD_AT_END = re.compile(rf"[ \t{_ODD}]+\Z")
#: What stands before the first word of a line: spaces, and the dashes of lists.
_INDENT = re.compile(rf"[ \t{_ODD}]*(?:-[ \t{_ODD}]+)*")
#: A line that opens a block scalar: the key, then the sign, perhaps with a comment.
_BLOCK = re.compile(r"""(?:(?:[^#\s"'][^#]*|"[^"]*"|'[^']*'):[ \t]+)?[|>][-+1-9]{0,2}[ \t]*(?:[ \t]#.*)?\Z""")


def mend(data: bytes, path: str) -> bytes:
    """Return the bytes of a content file with its white space mended; of what is no text, the bytes as they are.

    YAML gets LF at the ends of lines, spaces for tabs in indentation, no space before the end of a line, and one line
    end at its end; Markdown (``.md``) only LF and that one line end. Neither keeps a byte order mark.
    """
    text = decode(data, path)
    if isinstance(text, Problem):
        return data
    if path.endswith(".md"):
        return _end_lines(text).encode()
    while (mended := _mend_once(text, path)) != text:
        text = mended
    return text.encode()


def _mend_once(text: str, path: str) -> str:
    """Return a text after all steps, each in the first of its forms that does no harm."""
    for step in (_list_ends, _list_indents, _list_trimmed):
        for form in step(text):
            if form == text:
                break
            if _is_harmless(text, form, path):
                text = form
                break
    return text


def _is_harmless(text: str, form: str, path: str) -> bool:
    """Tell whether YAML reads the same in both, or reads on where it stumbled over white space in the first."""
    before, after = (parse_yaml(each.encode(), path) for each in (text, form))
    if before.value is None and any(problem.rule in {"tab", "syntax"} for problem in before.problems):
        return not after.problems or after.value is not None or after.problems[-1].line > before.problems[-1].line
    if any(_ODD_SPACE.match(str(where[-1])) for where in before.keys):
        # Nobody means a key that begins with a space: it was to be indented.
        return after.value is not None and len(after.problems) <= len(before.problems)
    return _tell(before) == _tell(after)


def _tell(file: YamlFile) -> str:
    """Return all that a file says and what is wrong with it, as text: in it, a number that is none equals itself."""
    return repr((file.value, list(file.scalars.items()), [problem.rule for problem in file.problems]))


# --- Steps: the forms that a text may take, the most thorough first ---------------------------------------------------


def _list_ends(text: str) -> Iterator[str]:
    yield _end_lines(text)


def _end_lines(text: str) -> str:
    """Return a text with LF at the ends of its lines and one of them at its end; nothing remains nothing."""
    body = _BLANK_LINES.sub("", "\n" + _BREAK.sub("\n", text.lstrip("\ufeff")))
    return f"{body[1:]}\n" if body else ""


def _list_indents(text: str) -> Iterator[str]:
    lines = text.split("\n")
    yield "\n".join(map(_indent, lines))
    inside = find_block_lines(lines)
    yield "\n".join(line if number in inside else _indent(line) for number, line in enumerate(lines))


def _indent(line: str) -> str:
    written = line[: _find_start(line)]
    return _ODD_SPACE.sub(" ", written.replace("\t", "  ")) + line[len(written) :]


def _find_start(line: str) -> int:
    """Return where the first word of a line stands."""
    match = _INDENT.match(line)
    return match.end() if match else 0


def _list_trimmed(text: str) -> Iterator[str]:
    lines = text.split("\n")
    inside = find_block_lines(lines)
    for spaces in (_ODD_AT_END, _AT_END):
        yield "\n".join(line if number in inside else spaces.sub("", line) for number, line in enumerate(lines))


def find_block_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers, from 0, of the lines inside block scalars, as far as they can be told line by line."""
    found = set()
    limit: int | None = None
    for number, line in enumerate(lines):
        body = line.lstrip(" ")
        if limit is not None and (not body or len(line) - len(body) > limit):
            found.add(number)
            continue
        start = _find_start(line)
        limit = None
        if _BLOCK.match(line, start):
            # What follows is indented more than the key, or than the dash where no key stands after it.
            dash = line.rfind("-", 0, start)
            limit = dash if dash >= 0 and line[start] in "|>" else start
    return found
