"""What the headers of an answer say beside its length (pure); they are looked up without case."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_YEAR = 366 * 86400.0


def is_confirmed(headers: Mapping[str, str], conditions: Mapping[str, str]) -> bool:
    """Tell whether "not changed" answers a question that was asked, about the very file that we have.

    ``conditions`` are the headers of the question.
    """
    asked, told = conditions.get("If-None-Match"), headers.get("ETag")
    if asked is None:
        return "If-Modified-Since" in conditions
    return not told or asked.removeprefix("W/") == told.removeprefix("W/")


def find_pause(headers: Mapping[str, str]) -> float:
    """Return the seconds that Retry-After asks for; a time that it names is held against the server's own clock."""
    asked = headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked), _YEAR)
    try:
        pause = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(pause.total_seconds(), 0.0), _YEAR)


def find_plain(headers: Mapping[str, str], name: str) -> str | None:
    """Return a header that can be kept in a file and sent again."""
    value = headers.get(name)
    return value if value and is_plain(value) else None


def is_plain(value: str) -> bool:
    """Tell whether a text may stand in a header."""
    return value.isascii() and value.isprintable() and len(value) <= 200
