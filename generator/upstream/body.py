"""From the bytes of an answer to plain JSON values, strictly (pure).

``json`` takes more than the standard allows and more than we could write again; whatever has two readings is refused
here, so that nothing behind this module has to think of it.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

from generator.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Deeper than any record; what is nested deeper would only break the programs that read it after us.
MAX_DEPTH = 32

_QUOTED = 200
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SPACE = " \t\r\n"


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text; raises :class:`RefusedError` with the reason in plain words."""
    text = _decode(body)
    start = text.lstrip(_SPACE)[:1]
    if not start:
        raise RefusedError("the answer is empty")
    if start == "<":
        raise RefusedError("the answer is HTML, not JSON", fix="see what the address shows in a browser")
    try:
        value = json.loads(
            text, object_pairs_hook=_build_object, parse_constant=_refuse_constant, parse_float=_parse_float
        )
    except RecursionError as error:
        raise RefusedError("the JSON is nested too deeply") from error
    except ValueError as error:
        message = f"the answer is not valid JSON ({error})"
        raise RefusedError(message) from error
    _check_depth(value)
    if _SURROGATE.search(text):
        _check_surrogates(value)
    if isinstance(value, dict) and "error" in value:
        message = f"the source answered with an error: {quote(value['error'])}"
        raise RefusedError(message)
    return value


def quote(value: Any) -> str:
    """Return a value from outside as one line that is short and safe to print."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _decode(body: bytes) -> str:
    """Decode UTF-8. A byte order mark is skipped: it has one reading only, and some servers and editors add it."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the answer is not UTF-8 (byte {error.start})"
        raise RefusedError(message) from error


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        message = f"the key {quote(name)} stands twice in one object"
        raise RefusedError(message)
    return value


def _refuse_constant(name: str) -> NoReturn:
    message = f"the answer holds {name}, which is no JSON"
    raise RefusedError(message)


def _parse_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        message = f"the answer holds a number that is too large ({quote(text)})"
        raise RefusedError(message)
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _values(item)]
        if not level:
            return
    if any(isinstance(item, dict | list) for item in level):
        raise RefusedError("the JSON is nested too deeply")


def _values(item: Any) -> Iterable[Any]:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise RefusedError("the answer holds half a character (a lone surrogate)") from error
