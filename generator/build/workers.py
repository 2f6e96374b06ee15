"""Do the same work on many items: here where they are few, else in several forked processes.

The results are the same for any number of processes.
"""

from __future__ import annotations

import gc
import marshal
import os
import pickle
import signal
import traceback
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

from generator.build.kernel import die_with_parent
from generator.errors import DirectoryError, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

#: Below this many items a second process costs more than it brings.
_WORTH_IT = 48
#: The largest number of items that are worked on together: neighbours are alike, which makes them cheaper.
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
    """Return the results of all items, in their order; ``work`` returns those of some, as values that marshal knows.

    ``tick`` is told now and then about how many are done. Raises what ``work`` raises of our own family, and
    :class:`PublishError` where a process ended early.
    """
    jobs = jobs if len(items) >= _WORTH_IT else 1
    size = max(min(_CHUNK, len(items) // (4 * jobs)), 1)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    workers: list[_Worker] = []
    try:
        for place in range(1, jobs):
            workers.append(_Worker(lambda place=place: list(map(work, chunks[place::jobs]))))  # type: ignore[misc] # noqa: PERF401 (ended below, whatever happens)
        own = []
        for chunk in chunks[::jobs]:
            own.append(work(chunk))
            tick(min(sum(map(len, own)) * jobs, len(items)))
        shares = [own, *(worker.receive() for worker in workers)]
    finally:
        for worker in workers:
            worker.end()
    return [result for turn in zip_longest(*shares, fillvalue=()) for found in turn for result in found]


class _Worker:
    """A forked process that sends one value; it sees everything that was prepared before."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._pipe, theirs = os.pipe()
        parent = os.getpid()
        self._id = os.fork()
        if self._id:
            os.close(theirs)
            return
        code = 1
        try:
            os.close(self._pipe)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            die_with_parent()
            # A collector that walked through what the parent made would have all of it copied.
            gc.disable()
            if os.getppid() == parent:
                with os.fdopen(theirs, "wb") as pipe:
                    pipe.write(_do(work))
                code = 0
        except BrokenPipeError:
            pass  # the parent has gone
        except Exception:  # noqa: BLE001 (told by the exit code)
            traceback.print_exc()
        finally:
            os._exit(code)

    def receive(self) -> Any:
        """Return the value of the process, waiting for it. Raises its error of our own, and :class:`PublishError`."""
        with os.fdopen(self._pipe, "rb", closefd=False) as pipe:
            answer = pipe.read()
        # It may have been killed half-way, or still be printing what went wrong.
        if code := self._wait():
            message = f"a process that rendered pages ended before its work was done (exit code {code})"
            raise PublishError(message, fix="build again; with less memory in use, or with --jobs 1")
        value = marshal.loads(answer)  # noqa: S302 (from a process of our own)
        if isinstance(value, bytes):
            raise pickle.loads(value)  # noqa: S301 (from a process of our own)
        return value

    def end(self) -> None:
        """End the process if it is still there."""
        if self._id:
            os.kill(self._id, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        """Wait for the end of the process; return its exit code, or minus the signal that ended it."""
        code = os.waitstatus_to_exitcode(os.waitpid(self._id, 0)[1])
        self._id = 0
        os.close(self._pipe)
        return code


def _do(work: Callable[[], Any]) -> bytes:
    """Return what a process sends: the value of its work, or the error of our own that ended it."""
    try:
        return marshal.dumps(work())
    except DirectoryError as error:
        return marshal.dumps(pickle.dumps(error))
