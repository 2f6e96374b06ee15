"""What a second process does while this one is still importing: parse YAML, compile templates, look at the output.

A build of a few pages spends most of its time on imports, of a parser that only changed files need, and one of all
pages waits for its templates. So that is done ahead, and what comes of it is sent here in the form in which it is kept
between builds. Nothing depends on it: whatever does not come is done here.
"""

from __future__ import annotations

import marshal
import os
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.build.glance import Glance

_LENGTH = struct.Struct("=I")


class Ahead:
    """The results of the second process, read in the order in which it sends them."""

    def __init__(self, pipe: int | None = None, child: int = 0) -> None:
        self._pipe, self._child = pipe, child

    def take(self) -> Any | None:
        """Return the next result, waiting for it; None where there is none any more."""
        if self._pipe is None:
            return None
        head = self._read(_LENGTH.size)
        data = self._read(_LENGTH.unpack(head)[0]) if head else b""
        if not data:
            self.close()
            return None
        return marshal.loads(data)  # noqa: S302 (from a process of our own)

    def close(self) -> None:
        """Let the second process go."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
            os.waitpid(self._child, 0)

    def _read(self, length: int) -> bytes:
        """Return so many bytes, or none where the process has ended before."""
        parts: list[bytes] = []
        while length and self._pipe is not None:
            part = os.read(self._pipe, length)
            if not part:
                return b""
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def go_ahead(glance: Glance) -> Ahead:
    """Start the second process."""
    if not hasattr(os, "fork"):
        return Ahead()
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return Ahead(ours, child)
    try:
        os.close(ours)
        for result in _work(glance):
            data = marshal.dumps(result)
            os.write(theirs, _LENGTH.pack(len(data)))
            view = memoryview(data)
            while view:
                view = view[os.write(theirs, view) :]
    finally:
        # Whatever went wrong here goes wrong there too, and is reported there.
        os._exit(0)


def _work(glance: Glance) -> Iterator[Any]:
    """Yield whether the output is as it was written, what changed YAML files come to, and the compiled templates."""
    # The imports are what this process is for.
    from pathlib import Path

    from generator.build.memory import Memory
    from generator.build.output import is_intact
    from generator.catalogue.load import load_content
    from generator.config import Paths, load_settings

    yield bool(glance.manifest and is_intact(glance.out, glance.manifest))
    paths = Paths(root=Path(glance.root))
    memory = Memory(paths, is_clean=glance.is_clean)
    cache = memory.find_yaml(glance.marks)
    known = frozenset(cache.export())
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    yield cache.export(known)
    yield memory.compile_templates(glance.marks)
