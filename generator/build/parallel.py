"""The same work on many items, in several processes at once: what comes out is the same for any number of them.

The processes are forked, so they see everything that was prepared before, and take items in chunks as they get done.
An error in one of them ends the others and is raised here as if it had happened here.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import pickle
import signal
import struct
from typing import TYPE_CHECKING, Any, TypeVar

from generator.build.kernel import die_with_parent
from generator.errors import DirectoryError, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

#: Below this many items a second process costs more than it brings.
_WORTH_IT = 48
_CHUNK = 16
_NUMBER = struct.Struct("=I")


def count_cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_parallel(
    work: Callable[[T], R], items: Sequence[T], jobs: int, tick: Callable[[int], None] = lambda _done: None
) -> list[R]:
    """Return ``work`` of each item, in the order of the items; ``tick`` is told now and then how many are done.

    ``work`` returns plain values. What it raises of our own family is raised here.
    """
    jobs = min(jobs, len(items) // _CHUNK)
    if jobs <= 1 or len(items) < _WORTH_IT or not hasattr(os, "fork"):
        return [_count(work(item), number, tick) for number, item in enumerate(items, start=1)]
    return _Crew(work, items, jobs, tick).run()


def _count(result: R, number: int, tick: Callable[[int], None]) -> R:
    if number % _CHUNK == 0:
        tick(number)
    return result


class _Crew:
    """This process and its children, at work on one list."""

    def __init__(
        self, work: Callable[[Any], Any], items: Sequence[Any], jobs: int, tick: Callable[[int], None]
    ) -> None:
        self._work, self._items, self._jobs, self._tick = work, items, jobs, tick
        self._done = mmap.mmap(-1, _NUMBER.size * jobs)
        # The numbers of the chunks: whoever is ready reads the next one.
        self._next, feed = os.pipe()
        with os.fdopen(feed, "wb") as pipe:
            for start in range(0, len(items), _CHUNK):
                pipe.write(_NUMBER.pack(start))

    def run(self) -> list[Any]:
        context = multiprocessing.get_context("fork")
        found: dict[int, list[Any]] = {}
        crew: list[tuple[Any, Connection]] = []
        try:
            for place in range(1, self._jobs):
                answers, tell = context.Pipe(duplex=False)
                process = context.Process(target=self._help, args=(place, tell), daemon=True)
                process.start()
                tell.close()
                crew.append((process, answers))
            for start, results in self._take_chunks(0):
                found[start] = results
                self._tick(self._count_done())
            for process, answers in crew:
                found |= _receive(process, answers)
        finally:
            os.close(self._next)
            for process, answers in crew:
                process.kill()
                process.join()
                answers.close()
        return [result for start in sorted(found) for result in found[start]]

    def _help(self, place: int, tell: Connection) -> None:
        """Do the work of one child and send back what came of it."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent()
        try:
            answer: Any = dict(self._take_chunks(place))
        except DirectoryError as error:
            answer = error
        tell.send_bytes(pickle.dumps(answer))

    def _take_chunks(self, place: int) -> Iterator[tuple[int, list[Any]]]:
        done = 0
        while number := os.read(self._next, _NUMBER.size):
            (start,) = _NUMBER.unpack(number)
            results = [self._work(item) for item in self._items[start : start + _CHUNK]]
            done += len(results)
            _NUMBER.pack_into(self._done, _NUMBER.size * place, done)
            yield start, results

    def _count_done(self) -> int:
        return sum(count for (count,) in _NUMBER.iter_unpack(self._done[:]))


def _receive(process: Any, answers: Connection) -> dict[int, list[Any]]:
    try:
        answer = pickle.loads(answers.recv_bytes())  # noqa: S301 (from a process of our own)
    except EOFError:
        process.join()
        message = f"a process that rendered pages ended before its work was done (exit code {process.exitcode})"
        raise PublishError(message, fix="build again; with less memory in use, or with --jobs 1") from None
    if isinstance(answer, DirectoryError):
        raise answer
    return dict(answer)
