"""The catalogue in brief, kept with a release: it tells whether an edited guide changes other pages than its own."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.build.manifest import pack, unpack
from generator.catalogue.decisions.summary import Summary
from generator.model import Strength, Verdict
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Curated

#: A summary as plain values, in the order of its fields.
Plain = tuple[Any, ...]

_FIELDS = Summary.__struct_fields__
_ENUMS = {"verdict", "strength"}
_PROBLEM = Problem.__struct_fields__
_take = attrgetter(*(f"{name}.value" if name in _ENUMS else name for name in _FIELDS))
_take_problem = attrgetter(*_PROBLEM)


class Note(NamedTuple):
    """What is kept of a guide: whose it is, the account it signs in with, the ISO date it was verified."""

    domain: str
    account: str | None
    verified: str | None


class Brief(NamedTuple):
    """The catalogue in brief.

    ``services`` are summaries in A to Z order, ``removed`` the domains of services that have left. ``guides`` maps the
    name of a file to what is kept of it, ``lastmods`` the path of a page that search engines are sent to to its date.
    """

    services: list[Plain]
    removed: list[str]
    guides: dict[str, Note]
    lastmods: dict[str, str | None]
    problems: list[Problem]


def pack_summary(summary: Summary) -> Plain:
    """Return a summary as plain values."""
    plain: Plain = _take(summary)
    return plain


def unpack_summary(plain: Plain) -> Summary:
    """Return the summary again."""
    named = dict(zip(_FIELDS, plain, strict=True))
    return Summary(**{**named, "verdict": Verdict(named["verdict"]), "strength": Strength(named["strength"])})


def note(guide: Curated) -> Note:
    """Return what is kept of a guide."""
    return Note(guide.domain, guide.account, guide.verified.date if guide.verified else None)


def note_all(guides: Iterable[Curated]) -> dict[str, Note]:
    """Return file → what is kept of it."""
    return {guide.path: note(guide) for guide in guides}


def dump_brief(brief: Brief) -> bytes:
    """Return a brief as bytes."""
    plain = brief._asdict()
    plain["guides"] = {name: tuple(note) for name, note in brief.guides.items()}
    plain["problems"] = [_take_problem(problem) for problem in brief.problems]
    return pack(plain)


def parse_brief(data: bytes) -> Brief | None:
    """Return the brief, or None where the bytes are not whole or of another version."""
    plain = unpack(data)
    if plain is None:
        return None
    plain["guides"] = {name: Note._make(note) for name, note in plain["guides"].items()}
    plain["problems"] = [Problem(**dict(zip(_PROBLEM, found, strict=True))) for found in plain["problems"]]
    return Brief(**plain)
