"""Send each host one request at a time, and pause after each."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from generator.editors.links.failures import LeftAloneError

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Host:
    """Who has the turn at a host, and when the next one may begin, in monotonic seconds."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next_turn = 0.0
        self.is_left_alone = False


class Hosts:
    """The hosts of one run; ``pause`` is in seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._over = threading.Event()

    @contextlib.contextmanager
    def take_turn(self, host: str) -> Iterator[None]:
        """Wait until a host may be asked, and keep others away for the block; raises :class:`LeftAloneError`."""
        state = self._find_host(host)
        with state.lock:
            wait = state.next_turn - time.monotonic()
            if state.is_left_alone or self._over.is_set() or (wait > 0 and self._over.wait(wait)):
                raise LeftAloneError(host)
            try:
                yield
            finally:
                state.next_turn = time.monotonic() + self._pause

    def leave_alone(self, host: str) -> None:
        """Ask this host nothing more."""
        self._find_host(host).is_left_alone = True

    def close(self) -> None:
        """Ask nobody anything more."""
        self._over.set()

    def _find_host(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
