"""What a second process does while this one is still importing: parse YAML, look at the output, compile templates.

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
    """The results of the second process, each under its name."""

    def __init__(self, pipe: int | None = None, child: int = 0) -> None:
        self._pipe, self._child = pipe, child
        self._results: dict[str, Any] = {}

    def take(self, name: str) -> Any | None:
        """Return a result, waiting for it; None where it does not come."""
        while self._pipe is not None and name not in self._results:
            head = self._read(_LENGTH.size)
            data = self._read(_LENGTH.unpack(head)[0]) if head else b""
            if data:
                self._results |= marshal.loads(data)  # noqa: S302 (from a process of our own)
            else:
                self.close()
        return self._results.get(name)

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


def _work(glance: Glance) -> Iterator[dict[str, Any]]:
    """Yield one result after the other, in the order in which they are needed."""
    # The imports are what this process is for.
    from pathlib import Path

    from generator.build.memory import Memory
    from generator.build.output import is_intact
    from generator.catalogue.load import load_content
    from generator.config import Paths, load_settings
    from generator.pages.markup import clean_markdown, take_new

    paths = Paths(root=Path(glance.root))
    memory = Memory(paths, is_clean=glance.is_clean)
    cache = memory.find_yaml(glance.marks)
    known = cache.export()
    load_settings(paths.root, cache=cache)
    content = load_content(paths, cache)
    new = cache.export(known)
    yield {"yaml": new}
    if glance.manifest:
        yield {"is_whole": is_intact(glance.out, glance.manifest)}
        for guide in content.curated:
            for text in guide.list_markdown() if guide.path in new else ():
                clean_markdown(text)
        yield {"markdown": take_new()}
    yield {"templates": memory.compile_templates(glance.marks)}
