"""The catalogue in brief, kept with a release: it tells whether an edited guide changes other pages than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from generator.cache import seal, unseal
from generator.catalogue.decisions.summary import Summary
from generator.pages.page import SiteView
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Curated


class Note(Struct, frozen=True, array_like=True):
    """A guide in brief: whose it is, the account it signs in with, the ISO date it was verified."""

    domain: str
    account: str | None
    verified: str | None


class Brief(Struct, frozen=True, kw_only=True, array_like=True):
    """The catalogue in brief.

    ``site`` is what all pages show. ``services`` are summaries in A to Z order, ``removed`` the domains of services
    that have left. ``guides`` maps the name of a file to what is kept of it, ``lastmods`` the path of a page that
    search engines are sent to to its date.
    """

    site: SiteView
    services: list[Summary]
    removed: list[str]
    guides: dict[str, Note]
    lastmods: dict[str, str | None]
    problems: list[Problem]


def note_all(guides: Iterable[Curated]) -> dict[str, Note]:
    """Return file → what is kept of its guide."""
    return {
        guide.path: Note(guide.domain, guide.account, guide.verified.date if guide.verified else None)
        for guide in guides
    }


def dump_brief(brief: Brief) -> bytes:
    """Return a brief as bytes."""
    return seal(msgspec.msgpack.encode(brief, enc_hook=str))  # HTML, which is a kind of text


def parse_brief(data: bytes) -> Brief | None:
    """Return the brief, or None where the bytes are not whole or of another version."""
    payload = unseal(data)
    try:
        return None if payload is None else msgspec.msgpack.decode(payload, type=Brief, dec_hook=_restore)
    except msgspec.MsgspecError:
        return None


def _restore(kind: type[str], text: str) -> str:
    """Return HTML as the kind of text that a template prints as it is."""
    return kind(text)
