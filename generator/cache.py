"""Keep what was made from a content for the next run, and find it again by that content.

An entry is never out of date, because another content has another digest. The file on disk is disposable: one that is
missing, torn or written by another program counts as empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
import zlib
from typing import TYPE_CHECKING, Any

from generator.disk import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

#: The name of the file in the project's folder for disposable files.
FILE = "cache"


class Cache:
    """Values by kind and content. They must be plain: what marshal knows, compiled code included."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, bytes], bytes] = {}
        self._used: set[tuple[str, bytes]] = set()
        self._is_changed = False

    def find(self, kind: str, content: bytes) -> Any | None:
        """Return a copy of what was kept for a content; None where nothing was."""
        key = kind, _hash(content)
        if key not in self._entries:
            return None
        self._used.add(key)
        return marshal.loads(self._entries[key])  # noqa: S302 (written by keep)

    def keep(self, kind: str, content: bytes, value: Any) -> None:
        """Keep a value for a content."""
        key = kind, _hash(content)
        self._entries[key] = marshal.dumps(value)
        self._used.add(key)
        self._is_changed = True

    def prune(self) -> None:
        """Forget what was neither found nor kept since the last call: for a run that has read everything."""
        kept = {key: blob for key, blob in self._entries.items() if key in self._used}
        self._is_changed |= len(kept) < len(self._entries)
        self._entries, self._used = kept, set()

    def save(self, path: Path, program: str) -> None:
        """Write the cache, if anything in it changed; a disk that takes none costs the next run time, no more."""
        if not self._is_changed:
            return
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, pack((program, self._entries)), is_durable=False)
            self._is_changed = False


def load_cache(path: Path, program: str) -> Cache:
    """Read the cache that the same program saved: its own files, its libraries and its version of Python."""
    cache = Cache()
    with contextlib.suppress(OSError):
        known = unpack(path.read_bytes())
        if known and known[0] == program:
            cache._entries = known[1]
    return cache


def pack(value: Any) -> bytes:
    """Return plain values as bytes: a line that tells whether the rest is whole, and the rest."""
    return seal(marshal.dumps(value))


def unpack(data: bytes) -> Any | None:
    """Return the values, or None where the bytes are not whole or of another version."""
    payload = unseal(data)
    return None if payload is None else marshal.loads(payload)  # noqa: S302 (our own, and whole)


def seal(payload: bytes) -> bytes:
    """Return bytes below a line with their length and checksum, and the version of Python."""
    return _head(payload) + payload


def unseal(data: bytes) -> bytes | None:
    """Return the bytes below the line; None where they are not whole or of another version."""
    head, _, payload = data.partition(b"\n")
    return payload if head + b"\n" == _head(payload) else None


def _head(payload: bytes) -> bytes:
    # Each version of Python has a marshal of its own.
    return f"twofa 3 {sys.hexversion:x} {len(payload)} {zlib.crc32(payload)}\n".encode()


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
