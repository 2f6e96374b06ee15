"""Manners: one request at a time to each host, a pause after it, and none to a host that has asked for rest."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from generator.editors.links.failures import LeftAloneError

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Gate:
    """The way to one host."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.opens = 0.0
        self.is_shut = False


class Hosts:
    """The hosts of one run; ``pause`` is in seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._gates: dict[str, _Gate] = {}
        self._over = threading.Event()

    @contextlib.contextmanager
    def take_turn(self, host: str) -> Iterator[None]:
        """Wait until a host may be asked, and keep others away for the block; raises :class:`LeftAloneError`."""
        gate = self._find_gate(host)
        with gate.lock:
            wait = gate.opens - time.monotonic()
            if gate.is_shut or self._over.is_set() or (wait > 0 and self._over.wait(wait)):
                raise LeftAloneError(host)
            try:
                yield
            finally:
                gate.opens = time.monotonic() + self._pause

    def leave_alone(self, host: str) -> None:
        """Ask this host nothing more."""
        self._find_gate(host).is_shut = True

    def close(self) -> None:
        """Ask nobody anything more."""
        self._over.set()

    def _find_gate(self, host: str) -> _Gate:
        with self._lock:
            return self._gates.setdefault(host, _Gate())
