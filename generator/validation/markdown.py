"""Markdown as editors may write it: where its links lead, and what it must not hold (pure).

A text is read here as the parser of pages reads it, but without the parser, which takes too long to ask of thousands of
files. Where the two could differ, this one sees a link, or HTML, too many; that it never sees one too few is a test.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Literal

from generator.validation.addresses import is_public_url, is_short_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Characters of a text, at most; the schemas say the same.
LONGEST = 5000

_RAW_HTML = re.compile(r"<(?:[A-Za-z/!?])")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_CODE = re.compile(r"(?<![\\`])(?:\\\\)*(`++)[^\n]*?(?<!`)\1(?!`)")
_OPEN_CODE = re.compile(r"(?<!\\)(?:\\\\)*`")
_PARAGRAPH = re.compile(r"^.*\S.*$(?:\n.*\S.*$)*", re.MULTILINE)
#: What Markdown makes a heading of: a line that begins with #, also in a list or a quotation; a line underlined.
_MARK = r"(?:(?:[-*+]|\d+\.)[ \t]+|>[ \t]*)"
_UNDERLINED = r"|(?:\A|\n[ \t]*\n)( {0,3}\S[^\n]*)\n[=-]+[ \t]*$"
_HEADING = re.compile(rf"^ {{0,3}}{_MARK}*(#{{1,6}}[^\n]*){_UNDERLINED}", re.MULTILINE)
#: In a list or a quotation, indentation makes no code of a line, or not yet.
_DEEP_HEADING = re.compile(rf"^[ \t]*{_MARK}*(#{{1,6}}[^\n]*){_UNDERLINED}", re.MULTILINE)
_MARKED = re.compile(rf"^[ \t]*{_MARK}", re.MULTILINE)
#: Links as Markdown writes them: ``[text](https://…)``, ``[name]: https://…``, ``<https://…>``. What looks like the
#: address of one may hold another.
_TARGET = re.compile(
    r"\](?=\(\s*(?:<([^<>]*)>|([^\s<>]*)))|^ {0,3}\[[^\[\]]*\]:\s*<?([^\s>]*)|<(https?://[^\s<>]+)>", re.MULTILINE
)
#: What no address needs, and what a browser may read in another way than it looks: ``/\\host`` is another site's page.
_ODD = re.compile(r"[\s\\\x00-\x1f\x7f]")
_MAIL = re.compile(r"mailto:[^\s\\\x00-\x1f\x7f]+")
#: What a terminal or a browser obeys instead of showing it, above all what turns the direction of the text around it.
_COMMAND = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


#: Characters of what is wrong that a message holds.
_SHOWN = 100

#: What is wrong, as :func:`find_faults` names it.
Fault = Literal["command", "html", "link", "heading"]


def is_markdown(value: object) -> bool:
    """Tell whether a text can be a part of a page: no raw HTML, no heading, no link that is not shown.

    ``<https://…>`` and code are fine.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        return True  # What is too long has been refused for that.
    if value.isprintable() and not ("<" in value or "]" in value or "#" in value):
        return True  # Neither HTML nor a link nor a heading does without.
    return next(find_faults(value), None) is None


def find_command(text: str) -> str | None:
    """Return the first invisible character that would be obeyed."""
    match = _COMMAND.search(text)
    return match[0] if match else None


def find_faults(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield what is wrong with a text, and the words of it that are: of HTML the first of each line."""
    if not text.isprintable():
        yield from (("command", match[0]) for match in _COMMAND.finditer(text))
    if "<" in text:
        yield from (("html", words) for words in _find_raw_html(text))
    yield from (("link", target) for target in find_targets(text) if not _is_good(target))
    if "#" in text or "\n" in text:
        heading = _DEEP_HEADING if _MARKED.search(text) else _HEADING
        yield from (("heading", (match[1] or match[2]).rstrip()) for match in heading.finditer(text))


def _find_raw_html(text: str) -> Iterator[str]:
    """Yield the words that begin with what Markdown would take for HTML, but for closing tags behind their own."""
    blank = _AUTOLINK.sub(_blank, blank_code(text))
    end = 0
    for match in _RAW_HTML.finditer(blank):
        if match.start() >= end:
            yield text[match.start() :].split(maxsplit=1)[0]
            end = text.find("\n", match.start()) % (len(text) + 1)


def find_targets(text: str) -> Iterable[str]:
    """Return where the links of a text lead, as they are written there, each address once."""
    if "]" not in text and "<" not in text:
        return ()
    found = (match.groups("") for match in _TARGET.finditer(blank_code(text)))
    return dict.fromkeys(angled or _cut(plain) or name or address for angled, plain, name, address in found)


def _is_good(target: str) -> bool:
    if "](" in target:
        return False
    # The parser leaves entities as they are, and it is the browser that reads them.
    target = html.unescape(target)
    if target.startswith("#"):
        return True
    if target.startswith("/"):
        return not target.startswith("//") and not _ODD.search(target)
    return is_public_url(target) if target.startswith("https:") else _MAIL.fullmatch(target) is not None


def _cut(target: str) -> str:
    """Return a target without what follows the bracket that ends it; brackets in pairs belong to it."""
    if ")" not in target or "](" in target:
        return target
    depth = 0
    for place, char in enumerate(target):
        if char == "(":
            depth += 1
        elif char == ")":
            if not depth:
                return target[:place]
            depth -= 1
    return target


def blank_code(text: str) -> str:
    """Return a text with spaces for the code in it; where code may fill several lines, nothing is taken for code."""
    return _PARAGRAPH.sub(_blank_spans, text) if "`" in text else text


def _blank_spans(match: re.Match[str]) -> str:
    blanked = _CODE.sub(_blank, match[0])
    return match[0] if _OPEN_CODE.search(blanked) else blanked


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def say_fault(fault: Fault, words: str, name: str) -> tuple[str, str, str]:
    """Return rule, message and fix for what is wrong with the text of that name."""
    if fault == "command":
        return say_command(words, name)
    words = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    if fault == "html":
        fix = "use Markdown (**bold**, [text](https://…)), or put code in `…`"
        return "raw-html", f"{name} holds raw HTML, which is not shown", fix
    if fault == "heading":
        message = f"{name} makes a heading of “{words}”, which breaks the outline of the page"
        fix = "make the line **bold**; where it begins with a # that readers should see, write \\# instead"
        return "heading", message, fix
    if is_short_link(words):
        message = f"{name} has {words}, a link of a shortener, which hides where it leads"
        return "short-link", message, "give the address that it leads to"
    rule = "http-link" if words.startswith("http://") else "link"
    message = f"{name} links to {words or 'nothing'}, which is not shown"
    if words.startswith("https:"):
        message = f"{name} links to {words}, which is no address of a page that everybody can open"
    elif words.startswith("/"):
        message = f"{name} links to {words}, which a browser may take for the address of another site"
    return rule, message, "use https://…, or /… for a page of this site"


def say_command(text: str, name: str) -> tuple[str, str, str]:
    """Return rule, message and fix for a text with an invisible character in it that would be obeyed."""
    code = f"U+{ord(find_command(text) or text[0]):04X}"
    return (
        "control-character",
        f"{name} holds an invisible character that commands the text around it ({code})",
        ("write the words around it anew"),
    )
