"""A bar on a terminal, for a build that takes longer than a moment."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WIDTH = 30
#: Seconds before the first bar and between two.
_PATIENCE, _PACE = 1.0, 0.1


@contextlib.contextmanager
def show_progress(stream: TextIO, what: str = "pages") -> Iterator[Callable[[int, int], None]]:
    """Yield a function that is told how many of how many pages, or of ``what``, are done; nothing stays of the bar."""
    if not stream.isatty():
        yield lambda _done, _all: None
        return
    bar = _Bar(stream, what)
    try:
        yield bar.tick
    finally:
        bar.clear()


class _Bar:
    """Draws itself anew in one line."""

    def __init__(self, stream: TextIO, what: str) -> None:
        self._stream, self._what = stream, what
        self._next = time.monotonic() + _PATIENCE
        self._drawn = 0

    def tick(self, done: int, count: int) -> None:
        """Draw the bar, unless it is too early."""
        now = time.monotonic()
        if now < self._next or not count:
            return
        self._next = now + _PACE
        filled = _WIDTH * done // count
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done:,} of {count:,} {self._what}"
        self._stream.write(f"\r{line.ljust(self._drawn)}")
        self._stream.flush()
        self._drawn = len(line)

    def clear(self) -> None:
        """Leave the line empty."""
        if self._drawn:
            self._stream.write(f"\r{' ' * self._drawn}\r")
            self._stream.flush()
