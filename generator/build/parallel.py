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


def count_cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_parallel(
    work: Callable[[Sequence[T]], list[R]],
    items: Sequence[T],
    jobs: int,
    tick: Callable[[int], None] = lambda _done: None,
) -> list[R]:
    """Return the results of all items, in their order; ``work`` returns those of some, plain values that marshal knows.

    ``tick`` is told now and then how many are done. What ``work`` raises of our own family is raised here.
    """
    # What waits in a pipe is limited to 64 KiB, so there are never more than some thousand chunks.
    chunk = max(min(_CHUNK, len(items) // (4 * jobs)), len(items) // 4096, 1)
    if jobs > 1 and len(items) >= _WORTH_IT and CAN_FORK:
        # Imported here because most builds render a few pages only.
        from generator.build.crew import Crew

        return Crew(work, items, jobs, chunk, tick).run()
    results = []
    for start in range(0, len(items), chunk):
        results += work(items[start : start + chunk])
        tick(len(results))
    return results
