"""Two versions of a file that git could not merge, both still in it (pure)."""

from __future__ import annotations

import re

from generator.problems import Problem

#: What git writes at the beginning of the line before, and of the line after, two versions. Between them it writes
#: =======, which says nothing by itself: in Markdown it underlines a title.
_MARKER = re.compile(r"^(?:<{7}|>{7})(?: .*)?\r?$", re.MULTILINE)


def find_conflict(text: str, path: str) -> Problem | None:
    """Return the finding for the first mark of a merge that was left in a text."""
    # Few files have one, and to look for signs takes a hundredth of the time.
    found = _MARKER.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if found is None:
        return None
    return Problem(
        path=path,
        line=text.count("\n", 0, found.start()) + 1,
        column=1,
        rule="merge-conflict",
        message="the file holds two versions that git could not merge",
        fix="keep what is right of both, and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    )
