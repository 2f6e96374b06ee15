"""What other processes do while this one is still importing: parse YAML, look at the output, compile templates, link.

A build of a few pages spends most of its time on imports, of a parser that only changed files need, and one of all
pages waits for its templates. So that is done ahead, and what comes of it is sent here in the form in which it is kept
between builds. Nothing depends on it: whatever does not come is done here.
"""

from __future__ import annotations

import marshal
import os
import struct

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from generator.build.glance import Glance

_LENGTH = struct.Struct("=I")


class Ahead:
    """The results of another process, each under its name."""

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
        """Wait for the end of the process; nothing more is wanted of it."""
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


def go_ahead(seen: Glance, work: Callable[[Glance], Iterator[dict[str, Any]]]) -> Ahead:
    """Start a process that does some work and sends what it yields."""
    if not hasattr(os, "fork"):
        return Ahead()
    ours, theirs = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(theirs)
        return Ahead(ours, child)
    try:
        from generator.build.kernel import die_with_parent

        os.close(ours)
        die_with_parent()
        if os.getppid() == parent:
            for result in work(seen):
                _send(theirs, marshal.dumps(result))
    finally:
        # Whatever went wrong here goes wrong there too, and is reported there.
        os._exit(0)


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def prepare(seen: Glance) -> Iterator[dict[str, Any]]:
    """Yield what a build needs, one thing after the other in the order in which it needs them."""
    # The imports are what this process is for.
    from pathlib import Path

    from generator.build.memory import Memory
    from generator.catalogue.load import load_content
    from generator.config import Paths, load_settings
    from generator.pages.markup import clean_markdown, take_new

    paths = Paths(root=Path(seen.root))
    memory = Memory(paths, is_clean=seen.is_clean)
    cache = memory.find_yaml(seen.marks)
    known = cache.export()
    settings = load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    yield {"yaml": cache.export(known)}
    yield from _look_at_site(seen)
    memory.recall_markdown(seen.marks)
    for source in settings.sources.values():
        clean_markdown(source.credit)
    yield {"markdown": take_new()}
    yield {"templates": memory.compile_templates(seen.marks)}


def prepare_edits(seen: Glance) -> Iterator[dict[str, Any]]:
    """Yield the same where a few curated files have changed and nothing else: less to import, and to read."""
    from pathlib import Path

    from generator.build.inputs import fingerprint
    from generator.config import Paths, load_yaml
    from generator.yamlcache import FILE, load_cache

    paths = Paths(root=Path(seen.root))
    program = fingerprint(seen.marks)
    cache = load_cache(paths.work / FILE, program)
    known = cache.export()
    guides = [load_yaml(paths, name, "service", cache) for name in seen.changed if name in seen.marks]
    yield {"yaml": cache.export(known)}
    yield from _look_at_site(seen)

    from generator.build.kept import MARKDOWN, load_kept
    from generator.catalogue.curated import build_curated
    from generator.pages.markup import clean_markdown, remember, take_new

    known_texts: dict[str, str] = load_kept(paths.work / MARKDOWN, program, {})
    remember(known_texts)
    for guide in guides:
        for text in () if guide.problems else build_curated(guide).list_markdown():
            clean_markdown(text)
    yield {"markdown": take_new()}


def _look_at_site(seen: Glance) -> Iterator[dict[str, Any]]:
    from generator.build.output import is_intact

    yield {"is_whole": seen.manifest is not None and is_intact(seen.out, seen.manifest)}


def link(seen: Glance) -> Iterator[dict[str, Any]]:
    """Make a spare tree, and yield that it is done."""
    from generator.build.spare import make_spare

    make_spare(seen)
    yield {"spare": True}
