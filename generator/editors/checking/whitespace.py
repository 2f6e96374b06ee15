"""White space in content files, mended without a word, because nobody sees it (pure).

A mend never changes what a file says: what YAML reads in it is compared before and after, and where that differs, the
mend is left out. Only white space at the ends of a text, which means nothing here, may go; and a key that begins with
an odd space gets that for its indentation. Where YAML could not read on, it must read on after the mend, and nothing is
touched that it still can't read. Inside block scalars (``|`` and ``>``) white space may mean something: two spaces at
the end of a line break it in Markdown, for example. There only the margin changes, where it holds no spaces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.conflicts import find_conflict
from generator.editors.checking.indents import ODD, ODD_SPACE, find_block_lines, find_texts, indent_lines, keeps_texts
from generator.problems import Problem
from generator.yamlparse import decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from generator.yamlfile import YamlFile

_BREAK = re.compile(r"\r\n?")
_LONE_CR = re.compile(r"\r(?!\n)")
_BLANK_LINES = re.compile(rf"(?:\n[ \t{ODD}]*)+\Z")
_AT_END = re.compile(r"[ \t]+\Z")
_ODD_AT_END = re.compile(rf"[ \t{ODD}]+\Z")


def mend(data: bytes, path: str) -> bytes:
    """Return the bytes of a content file with its white space mended; as they are, where that is no text, or two.

    YAML gets LF at the ends of lines, spaces for tabs in indentation, no space before the end of a line, and one line
    end at its end; Markdown (``.md``) only LF and that one line end. Neither keeps a byte order mark.
    """
    text = decode(data, path)
    if isinstance(text, Problem) or find_conflict(text, path) or text.startswith("\ufeff"):
        # A second byte order mark is text to YAML, and would take the place of the first.
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
            known = _keep_unread(text, form, path)
            if _is_harmless(text, known, path):
                text = known
                break
    return text


def _keep_unread(text: str, form: str, path: str) -> str:
    """Return a form of a text, but the text itself from the line on that YAML can't read: nobody knows what that is."""
    after = parse_yaml(form.encode(), path)
    lines, mended = text.split("\n"), form.split("\n")
    # To YAML, a CR alone ends a line too, so lines and their numbers would not be the same.
    if not _is_unread(after) or len(lines) != len(mended) or _LONE_CR.search(text):
        return form
    last = after.problems[-1].line - 1
    return "\n".join([*mended[:last], *lines[last:]])


def _is_harmless(text: str, form: str, path: str) -> bool:
    """Tell whether YAML reads the same in both, or reads on where it stumbled over white space in the first."""
    before, after = (parse_yaml(each.encode(), path) for each in (text, form))
    if not keeps_texts(_end_lines(text), _end_lines(form)):
        return False
    if _is_unread(before):
        return not _is_unread(after) or after.problems[-1].line > before.problems[-1].line
    if any(ODD_SPACE.match(str(where[-1])) for where in before.keys):
        # Nobody means a key that begins with a space: it was to be indented.
        is_better = not _is_unread(after) and len(after.problems) <= len(before.problems)
        return is_better and _list_words(after.value) == _list_words(before.value)
    return _tell(before) == _tell(after)


def _is_unread(file: YamlFile) -> bool:
    return file.value is None and any(problem.rule in {"tab", "syntax"} for problem in file.problems)


def _list_words(value: Any) -> list[str]:
    """Return all keys and values of a value in their order, without regard to what belongs to what."""
    if isinstance(value, dict):
        return [word for key, below in value.items() for word in (key.strip(), *_list_words(below))]
    if isinstance(value, list):
        return [word for below in value for word in _list_words(below)]
    return [] if value is None else [repr(value)]


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
    yield indent_lines(text)


def _list_trimmed(text: str) -> Iterator[str]:
    lines = text.split("\n")
    inside = find_block_lines(lines) | find_texts(text)
    for spaces in (_ODD_AT_END, _AT_END):
        yield "\n".join(line if number in inside else spaces.sub("", line) for number, line in enumerate(lines))
