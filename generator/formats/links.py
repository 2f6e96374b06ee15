"""``data/links.json``: what is known of each outside link, and how one answer changes that (pure).

A link is dead only after failures on three different days, and until it works again. A host that refuses robots, and
one that can't be reached, say nothing of the page: such an answer neither adds to a row of failures nor ends it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urldefrag

import msgspec
from msgspec import Meta, Struct

FORMAT = 1

#: Days with a failure after which a link is dead.
DEADLY = 3

#: What one answer says: the page is there; it is not; robots are refused; nobody answered in a way that counts.
Kind = Literal["ok", "failed", "blocked", "unreachable"]

#: Where a link stands; ``failing`` is one with failures on fewer days than it takes to be dead.
State = Literal["ok", "failing", "dead", "blocked", "unreachable"]

STATES: tuple[State, ...] = ("dead", "failing", "unreachable", "blocked", "ok")

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]

#: The server refuses us, or the way in which we ask: a browser may well see the page.
_BLOCKED = frozenset({401, 402, 403, 405, 406, 407, 423, 429, 451, 999})
#: Not now: another day may bring the page.
_LATER = frozenset({408, 421, 425})
TOO_MANY = 429


class Answer(Struct, frozen=True, kw_only=True):
    """What came of asking once.

    ``reason`` says in plain words what was wrong where no status does. ``moved`` is where permanent redirects lead.
    ``heard`` tells that a server answered, so that there is a network.
    """

    kind: Kind
    status: int | None = None
    reason: str | None = None
    moved: str | None = None
    heard: bool = True


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is known of a link: the answer of the day it was last asked, and the first days of a row of failures."""

    state: State
    asked: Day
    status: int | None = None
    reason: str | None = None
    moved: str | None = None
    failures: tuple[Day, ...] = ()

    @property
    def since(self) -> str | None:
        """Return the ISO date of the first failure in the row."""
        return self.failures[0] if self.failures else None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    links: dict[str, Link]


def address_of(url: str) -> str:
    """Return what is asked for a link: without the fragment, which no server sees."""
    return urldefrag(url)[0] if "#" in url else url


# --- One answer -------------------------------------------------------------------------------------------------------


def judge_status(status: int) -> Kind:
    """Return what the status of an HTTP answer says of the page; redirects are followed before this is asked."""
    if 200 <= status < 300:
        return "ok"
    if status in _BLOCKED:
        return "blocked"
    return "failed" if 400 <= status < 500 and status not in _LATER else "unreachable"


def note_answer(known: Link | None, answer: Answer, day: str) -> Link:
    """Return what is known of a link after an answer on that ISO date."""
    failures = known.failures if known else ()
    if answer.kind == "ok":
        failures = ()
    elif answer.kind == "failed" and len(failures) < DEADLY and (not failures or failures[-1] < day):
        failures = (*failures, day)
    return Link(
        state=_find_state(answer.kind, failures),
        asked=day,
        status=answer.status,
        reason=answer.reason,
        moved=answer.moved if answer.kind == "ok" else None,
        failures=failures,
    )


def _find_state(kind: Kind, failures: tuple[str, ...]) -> State:
    if len(failures) >= DEADLY:
        return "dead"
    return "failing" if kind == "failed" else kind


def is_due(known: Link | None, day: str, max_age: int) -> bool:
    """Tell whether a link is to be asked on that ISO date.

    One that worked, or whose host refuses robots, is good for ``max_age`` days; any other is asked again the next day.
    """
    if known is None:
        return True
    rests = known.state == "ok" or (known.state == "blocked" and known.status != TOO_MANY)
    age = (date.fromisoformat(day) - date.fromisoformat(known.asked)).days
    return age >= (max_age if rests else min(max_age, 1))


# --- As JSON ----------------------------------------------------------------------------------------------------------


def parse_links(data: bytes) -> dict[str, Link]:
    """Return address → what is known of it; raises ``ValueError`` where the bytes are no such file."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    if file.format != FORMAT:
        message = f"format {file.format}, but this version reads format {FORMAT}"
        raise ValueError(message)
    for link in file.links.values():
        for day in (link.asked, *link.failures):
            date.fromisoformat(day)
    return file.links


def dump_links(links: Mapping[str, Link]) -> bytes:
    """Return the file: one link a line in the order of the addresses; what is unset is left out."""
    rows = ",\n".join(
        f"{json.dumps(url, ensure_ascii=False)}: {msgspec.json.encode(links[url]).decode()}" for url in sorted(links)
    )
    return f'{{"format": {FORMAT}, "links": {{\n{rows}\n}}}}\n'.encode()


def find_dead(links: Mapping[str, Link]) -> dict[str, str]:
    """Return address → ISO date of the first failure of the links that are dead."""
    return {url: link.failures[0] for url, link in links.items() if link.state == "dead" and link.failures}
