"""What a remote holds, as it is kept there itself: a mark for each file (pure).

So it is right whatever machine published last, and however that ended: before anything is sent or deleted, the names
that this is about are put down as unknown, and only when all is done as known.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct, field

from generator import __version__
from generator.pages.digest import hash_bytes
from generator.pages.hosting import find_kind, find_type

#: Its own name at the remote; no page links to it.
NAME = ".published.json"

FORMAT = 1


class Index(Struct, frozen=True, kw_only=True):
    """Name → mark of the files that lie at the remote, and the names under which anything may lie or nothing."""

    files: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


class _Stored(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An index as it is written; ``program`` is only for people who wonder what wrote it."""

    format: int
    program: str = ""
    unknown: list[str] = []
    files: dict[str, str] = {}


def find_mark(name: str, data: bytes) -> str:
    """Return 24 hexadecimal digits that stand for a file's content and for the headers that it is sent with."""
    return hash_bytes(b"%b\n%b\n%b" % (find_kind(name).cache.encode(), find_type(name).encode(), data))


def parse_index(data: bytes) -> Index | None:
    """Return an index, or None where it is damaged or of another version: then nothing is known of the remote."""
    try:
        stored = msgspec.json.decode(data, type=_Stored)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if stored.format != FORMAT:
        return None
    unknown = frozenset(stored.unknown)
    return Index(files={name: mark for name, mark in stored.files.items() if name not in unknown}, unknown=unknown)


def dump_index(index: Index) -> bytes:
    """Return an index as bytes, the same for the same."""
    stored = _Stored(
        format=FORMAT,
        program=f"twofa {__version__}",
        unknown=sorted(index.unknown),
        files=dict(sorted(index.files.items())),
    )
    return msgspec.json.encode(stored) + b"\n"
