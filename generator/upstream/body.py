"""From the bytes of an answer to plain JSON values, strictly (pure).

``json`` takes more than the standard allows and more than we could write again; whatever has two readings is refused
here, so that nothing behind this module has to think of it.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from generator.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Deeper than any record; what is nested deeper would only break the programs that read it after us.
MAX_DEPTH = 32

#: What one list or object may hold: twenty times as many as the real directory has entries.
MAX_ITEMS = 50_000

#: What a text and its values may take in memory, in bytes: ten times what the real directory takes.
MAX_MEMORY = 66_000_000

#: What each of these in a text takes in memory at most: an object, a list, a key, a value.
_COSTS = {b"{": 240, b"[": 72, b'":': 100, b",": 60}

_QUOTED = 200
_SPACE = re.compile(r"[ \t\r\n]*")
_WIDE = re.compile(rb"[\xc4-\xff]|\\u")
_WIDEST = re.compile(rb"[\xf0-\xff]|\\u[dD][89a-fA-F]")


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text; raises :class:`RefusedError` with the reason in plain words."""
    value = _parse(body)
    _check_values(value)
    if isinstance(value, dict) and "error" in value:
        message = f"the source answered with an error: {quote(value['error'])}"
        raise RefusedError(message)
    return value


def quote(value: Any) -> str:
    """Return a value from outside as one line that is short and safe to print."""
    text = _begin(value)
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _begin(value: Any) -> str:
    """Return the first part of a value, however large it is."""
    text = ""
    for piece in (value,) if isinstance(value, str) else _ENCODER.iterencode(value):
        text += piece[: 10 * _QUOTED]
        if len(text) > 10 * _QUOTED:
            break
    return text


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _parse(body: bytes) -> Any:
    if _weigh(body) > MAX_MEMORY:
        message = f"the answer is too large: as values it would take more than {MAX_MEMORY // 1_000_000} MB of memory"
        raise RefusedError(message)
    text = _decode(body)
    start = _SPACE.match(text)
    begin = text[start.end() : start.end() + 1] if start else ""
    if not begin:
        raise RefusedError("the answer is empty")
    if begin == "<":
        raise RefusedError("the answer is HTML, not JSON", fix="see what the address shows in a browser")
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise RefusedError("the JSON is nested too deeply") from error
    except ValueError as error:
        message = f"the answer is not valid JSON ({error})"
        raise RefusedError(message) from error


def _weigh(body: bytes) -> int:
    """Return what bytes, text and values take in memory at most, all at once, without making them.

    A single character outside the usual ones makes every other one in its text two or four bytes wide.
    """
    width = 4 if _WIDEST.search(body) else 2 if _WIDE.search(body) else 1
    return len(body) * (1 + 2 * width) + sum(cost * body.count(token) for token, cost in _COSTS.items())


def _decode(body: bytes) -> str:
    """Decode UTF-8. A byte order mark is skipped: it has one reading only, and some servers and editors add it."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the answer is not UTF-8 (byte {error.start})"
        raise RefusedError(message) from error


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_ITEMS:
        raise _too_many(len(pairs))
    value = dict(pairs)
    if len(value) != len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        message = f"the key {quote(name)} stands twice in one object"
        raise RefusedError(message)
    return value


def _too_many(number: int) -> RefusedError:
    return RefusedError(f"the answer holds {number:,} values in one place; at most {MAX_ITEMS:,} may be")


def _refuse_constant(name: str) -> NoReturn:
    message = f"the answer holds {name}, which is no JSON"
    raise RefusedError(message)


def _parse_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        message = f"the answer holds a number that is too large ({quote(text)})"
        raise RefusedError(message)
    return value


def _parse_int(text: str) -> int:
    _parse_float(text)  # Of one that is too large, not even the digits can be converted in a bounded time.
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_build_object, parse_constant=_refuse_constant, parse_float=_parse_float, parse_int=_parse_int
)


# --- Values -----------------------------------------------------------------------------------------------------------


def _check_values(value: Any) -> None:
    """Refuse what is nested too deeply or has too many values, and half characters, which no file could take again."""
    open_ones = [iter((value,))]
    while open_ones:
        for item in open_ones[-1]:
            if isinstance(item, dict | list):
                if len(item) > MAX_ITEMS:
                    raise _too_many(len(item))
                open_ones.append(_list_values(item))
                break
            _check_text(item)
        else:
            open_ones.pop()
        if len(open_ones) > MAX_DEPTH + 1:
            raise RefusedError("the JSON is nested too deeply")


def _list_values(item: Any) -> Iterator[Any]:
    return itertools.chain(item, item.values()) if isinstance(item, dict) else iter(item)


def _check_text(item: Any) -> None:
    if isinstance(item, str) and not item.isascii():
        try:
            item.encode()
        except UnicodeEncodeError as error:
            raise RefusedError("the answer holds half a character (a lone surrogate)") from error
