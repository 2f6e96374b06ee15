"""How much memory the processes of a command hold together at most, as Linux counts it in ``/proc``.

The sum of their PSS: of what several processes share, each counts its part, so that the sum is what they really take.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_PROC = Path("/proc")
_INTERVAL = 0.01


def is_measurable() -> bool:
    """Tell whether this system says how much memory a process takes."""
    return (_PROC / "self" / "smaps_rollup").exists()


class PeakMemory:
    """Watches a session for the block: its first process and all that these start. ``bytes`` is the peak."""

    def __init__(self, session: int) -> None:
        self.bytes = 0
        self._session = session
        self._strangers: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_INTERVAL):
            self.bytes = max(self.bytes, sum(_read_pss(process) for process in self._find_processes()))

    def _find_processes(self) -> list[int]:
        """Return the session's processes; one that was a stranger once is not asked again."""
        found = []
        for name in os.listdir(_PROC):  # noqa: PTH208 (a hundred times a second)
            if not name.isdecimal() or (process := int(name)) in self._strangers:
                continue
            with contextlib.suppress(OSError):
                if os.getsid(process) == self._session:
                    found.append(process)
                else:
                    self._strangers.add(process)
        return found


def _read_pss(process: int) -> int:
    """Return the bytes of a process; none where it has just ended."""
    with contextlib.suppress(OSError):
        for line in (_PROC / str(process) / "smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
