"""A process that is forked from this one, does some work, and sends plain values back: those that marshal knows.

It sees everything that was prepared before it began. Light on purpose: it starts before a build has imported anything.
"""

from __future__ import annotations

import marshal
import os
import struct

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_LENGTH = struct.Struct("=I")

CAN_FORK = hasattr(os, "fork")


class Child:
    """A process at work; :meth:`close` or :meth:`kill` it."""

    def __init__(self, work: Callable[[], Iterable[Any]]) -> None:
        """Start a process that sends each value of ``work``. An error ends it, which is seen as an early end here."""
        self._pipe, theirs = os.pipe()
        parent = os.getpid()
        self._id = os.fork()
        if self._id:
            os.close(theirs)
            return
        code = 1
        try:
            os.close(self._pipe)
            _serve_only(parent)
            for value in work():
                _send(theirs, marshal.dumps(value))
            code = 0
        finally:
            os._exit(code)

    def receive(self) -> Any | None:
        """Return the next value, waiting for it; None after the last, or where the process has ended before."""
        head = self._read(_LENGTH.size)
        data = self._read(_LENGTH.unpack(head)[0]) if head else b""
        return marshal.loads(data) if data else None  # noqa: S302 (from a process of our own)

    def close(self) -> int:
        """Wait for the end of the process, and return its exit code; nothing more is wanted of it."""
        os.close(self._pipe)
        return os.waitstatus_to_exitcode(os.waitpid(self._id, 0)[1])

    def kill(self) -> None:
        """End the process."""
        import signal

        os.kill(self._id, signal.SIGKILL)
        self.close()

    def _read(self, length: int) -> bytes:
        """Return so many bytes, or none where the process has ended before."""
        parts: list[bytes] = []
        while length:
            part = os.read(self._pipe, length)
            if not part:
                return b""
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def _serve_only(parent: int) -> None:
    """Let this process end with its parent, whatever ends that, and by Ctrl-C without a word."""
    import signal

    from generator.build.kernel import die_with_parent

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
