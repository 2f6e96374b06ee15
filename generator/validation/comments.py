"""Text that YAML takes for a comment although its editor hardly meant one (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from generator.yamlfile import Where, YamlFile


def find_cut_texts(file: YamlFile) -> Iterator[Problem]:
    """Yield a warning for each text without quotes behind which a comment follows after one space.

    Comments that are meant have two spaces before them: so write this program and most programs of editors.
    """
    if " #" not in file.text:
        return
    lines = file.text.splitlines()
    for where, (line, column) in file.values.items():
        value = _look_up(file.value, where)
        if not isinstance(value, str) or not value:
            continue
        written = lines[line - 1][column - 1 :]
        text, mark, rest = written.partition(" #")
        if mark and text == value and rest.strip():
            yield Problem(
                path=file.path,
                line=line,
                column=column + len(text) + 1,
                rule="cut-off",
                message="everything from this # on is a comment, and no page shows it",
                fix="put the whole text in quotes; or put two spaces before the #, if it is a comment",
                severity="warning",
            )


def _look_up(value: Any, where: Where) -> Any:
    for step in where:
        value = value[step]
    return value
