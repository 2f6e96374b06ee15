"""Text that YAML takes for a comment although its editor hardly meant one (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.problems import Problem
from generator.yamlfile import PlainDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from generator.yamlfile import Place, Where, YamlFile


#: Keys of a curated file that hold one word, or a list of such words.
_WORDS = frozenset({"domain", "account", "by", "verdict", "categories", "regions", "additional_domains"})
_METHOD_LISTS = frozenset({"methods", "add", "remove"})


def find_cut_texts(file: YamlFile) -> Iterator[Problem]:
    """Yield a warning for each text without quotes behind which a comment follows after one space.

    Comments that are meant have two spaces before them: so write this program and most programs of editors.
    """
    if " #" not in file.text:
        return
    lines = file.text.splitlines()
    for where, place in file.values.items():
        value = _look_up(file.value, where)
        if not _can_be_cut(where, value):
            continue
        if found := _find_cut(lines, place, value):
            yield Problem(
                path=file.path,
                line=found[0],
                column=found[1],
                rule="cut-off",
                message="everything from this # on is a comment, and no page shows it",
                fix="put the whole text in quotes; or put two spaces before the #, if it is a comment",
                severity="warning",
            )


def _can_be_cut(where: Where, value: Any) -> bool:
    """Tell whether a value may be the first half of a text: no day, no link, no word of a fixed list is."""
    if not isinstance(value, str) or not value or isinstance(value, PlainDate):
        return False
    names = [step for step in where if isinstance(step, str)]
    is_word = bool(names) and (names[-1] in _WORDS or (names[-1] in _METHOD_LISTS and names[0] != "setup"))
    return not is_word and not value.startswith("https://")


def _find_cut(lines: Sequence[str], place: Place, value: str) -> Place | None:
    """Return where the comment begins that ends a text, which may fill several lines; None where none does."""
    line, column = place
    read = ""
    for number, written in enumerate(lines[line - 1 :], start=line):
        skipped = column - 1 if number == line else len(written) - len(written.lstrip())
        text, mark, rest = written[skipped:].partition(" #")
        read = f"{read} {text}" if read else text
        if mark:
            is_cut = read == value and bool(rest.strip())
            return (number, skipped + len(text) + 2) if is_cut else None
        read = read.rstrip()
        if not value.startswith(read) or read == value:
            return None
    return None


def _look_up(value: Any, where: Where) -> Any:
    for step in where:
        value = value[step]
    return value
