"""The same work on many items: in this process where they are few, else in several at once.

What comes out is the same for any number of processes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from generator.build.child import CAN_FORK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

#: Below this many items a second process costs more than it brings.
_WORTH_IT = 48
#: How many items a process takes at a time, at most: neighbours are often alike, which makes them cheaper together.
_CHUNK = 64
#: How often progress is told where one process does it all.
_PACE = 16


def count_cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_parallel(
    work: Callable[[T], R], items: Sequence[T], jobs: int, tick: Callable[[int], None] = lambda _done: None
) -> list[R]:
    """Return ``work`` of each item, in the order of the items; ``tick`` is told now and then how many are done.

    ``work`` returns plain values that marshal knows. What it raises of our own family is raised here.
    """
    if jobs > 1 and len(items) >= _WORTH_IT and CAN_FORK:
        # Imported here because most builds render a few pages only.
        from generator.build.crew import Crew

        # What waits in a pipe is limited to 64 KiB, so there are never more than some thousand chunks.
        chunk = max(min(_CHUNK, len(items) // (4 * jobs)), len(items) // 4096, 1)
        return Crew(work, items, jobs, chunk, tick).run()
    results = []
    for number, item in enumerate(items, start=1):
        results.append(work(item))
        if number % _PACE == 0:
            tick(number)
    return results
