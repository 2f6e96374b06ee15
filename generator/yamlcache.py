"""Parsed YAML, remembered from run to run, so that a file that changed is parsed alone.

A file is known again by its size, its times and its inode; where one of them differs, by its hash. Only files without a
problem are remembered. The cache is disposable: one that is missing, torn or of another program is empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
import time
import zlib
from typing import TYPE_CHECKING

from generator.disk import write_atomically
from generator.yamlfile import Document

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Container, Mapping
    from pathlib import Path

#: What it is called in the project's folder for disposable files.
FILE = "yaml.cache"

#: Size, times and inode.
State = tuple[int, int, int, int]

#: Schema, hash of the content, state (None where it proves nothing), value and lines in marshal's form.
Entry = tuple[str, bytes, State | None, bytes]

#: A file that was written so shortly before it was read may be written again without a new time: the clocks of file
#: systems tick in steps of up to two seconds. Git calls such files racy; like git, we look at the content then.
TICK = 2_000_000_000


class YamlCache:
    """Name → parsed file. One object serves any number of runs, and ``save`` puts it on disk for another process."""

    def __init__(self, *, clock: Callable[[], int] = time.time_ns) -> None:
        self._entries: dict[str, Entry] = {}
        self._clock = clock
        self._is_changed = False

    def find(self, name: str, schema: str, status: os.stat_result | None) -> Document | None:
        """Return the document of a file that, by its status, is as it was; ``status`` is None for no plain file."""
        entry = self._entries.get(name)
        if entry is None or status is None or entry[0] != schema or entry[2] != _describe(status):
            return None
        return _restore(name, entry)

    def find_same(self, name: str, schema: str, data: bytes, status: os.stat_result | None) -> Document | None:
        """Return the document of a file that, by its content, is as it was; ``status`` was taken before it was read."""
        entry = self._entries.get(name)
        if entry is None or entry[0] != schema or entry[1] != _hash(data):
            return None
        if (state := self._settle(status)) != entry[2]:
            self._set(name, (*entry[:2], state, entry[3]))
        return _restore(name, entry)

    def keep(self, document: Document, schema: str, data: bytes, status: os.stat_result | None) -> None:
        """Remember what a file comes to, or forget one that has problems; ``status`` was taken before it was read."""
        if document.problems:
            self.forget(document.path)
        else:
            parsed = marshal.dumps((document.value, dict(document.lines)))
            self._set(document.path, (schema, _hash(data), self._settle(status), parsed))

    def export(self, known: Mapping[str, Entry] | None = None) -> dict[str, Entry]:
        """Return what a cache of another process can adopt: all, or what differs from what is ``known`` there."""
        known = known or {}
        return {name: entry for name, entry in self._entries.items() if known.get(name) != entry}

    def adopt(self, entries: Mapping[str, Entry]) -> None:
        """Take over what another process has parsed."""
        for name, entry in entries.items():
            self._set(name, entry)

    def forget(self, name: str) -> None:
        """Drop a file."""
        if self._entries.pop(name, None):
            self._is_changed = True

    def prune(self, folder: str, names: Container[str]) -> None:
        """Drop the files of a folder but those with these names."""
        for name in [name for name in self._entries if name.startswith(f"{folder}/") and name not in names]:
            self.forget(name)

    def _set(self, name: str, entry: Entry) -> None:
        self._entries[name] = entry
        self._is_changed = True

    def _settle(self, status: os.stat_result | None) -> State | None:
        """Return the state by which a file will be known again; None where another content could have the same."""
        if status is None or max(status.st_mtime_ns, status.st_ctime_ns) + TICK > self._clock():
            return None
        return _describe(status)

    def save(self, path: Path, fingerprint: str) -> None:
        """Write the cache, if anything in it changed; a disk that takes none costs the next run time, no more."""
        if not self._is_changed:
            return
        body = marshal.dumps(self._entries)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, _head(fingerprint, body) + body, is_durable=False)
            self._is_changed = False


def load_cache(path: Path, fingerprint: str) -> YamlCache:
    """Read the cache that was saved under the same fingerprint: of the program, its schemas and its libraries."""
    cache = YamlCache()
    with contextlib.suppress(OSError):
        data = memoryview(path.read_bytes())
        length = len(_head(fingerprint, b""))
        if data[:length] == _head(fingerprint, data[length:]):
            cache._entries = marshal.loads(data[length:])  # noqa: S302 (our own file, and whole)
    return cache


def _head(fingerprint: str, body: bytes | memoryview) -> bytes:
    """Return what stands before the body: what wrote it, and a sum that a torn file does not have."""
    return f"yaml {sys.implementation.cache_tag} {fingerprint} {zlib.crc32(body):08x} {len(body):012d}\n".encode()


def _describe(status: os.stat_result) -> State:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _restore(name: str, entry: Entry) -> Document:
    value, lines = marshal.loads(entry[3])  # noqa: S302 (written by keep)
    return Document(path=name, value=value, lines=lines)
