"""Several processes at work on one list; only builds with many pages to render need this module.

The processes are forked, so they see everything that was prepared before, and take items in chunks as they get done.
An error in one of them ends the others and is raised here as if it had happened here.
"""

from __future__ import annotations

import gc
import mmap
import multiprocessing
import os
import pickle
import signal
import struct
from typing import TYPE_CHECKING, Any

from generator.build.kernel import die_with_parent
from generator.errors import DirectoryError, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

_NUMBER = struct.Struct("=I")


class Crew:
    """This process and its children, at work on one list."""

    def __init__(
        self, work: Callable[[Any], Any], items: Sequence[Any], jobs: int, chunk: int, tick: Callable[[int], None]
    ) -> None:
        """Take the work, and how many items each process takes at a time; ``tick`` is told how many are done."""
        self._work, self._items, self._jobs, self._chunk, self._tick = work, items, jobs, chunk, tick
        self._done = mmap.mmap(-1, _NUMBER.size * jobs)
        self._parent = os.getpid()
        # A share for each process: neighbours are alike, and what they have in common is made once. Whoever is done
        # with the own share helps with the others.
        starts = range(0, len(items), chunk)
        share = -(-len(starts) // jobs)
        self._shares = [_fill_pipe(starts[place * share : (place + 1) * share]) for place in range(jobs)]

    def run(self) -> list[Any]:
        """Return what the work comes to for each item, in their order."""
        context = multiprocessing.get_context("fork")
        # A collector that walked through what is there already would have all of it copied into each process.
        was_enabled = gc.isenabled()
        gc.freeze()
        gc.disable()
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
            gc.unfreeze()
            if was_enabled:
                gc.enable()
            for pipe in self._shares:
                os.close(pipe)
            for process, answers in crew:
                process.kill()
                process.join()
                answers.close()
        return [result for start in sorted(found) for result in found[start]]

    def _help(self, place: int, tell: Connection) -> None:
        """Do the work of one child and send back what came of it."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent()
        if os.getppid() != self._parent:
            return
        try:
            answer: Any = dict(self._take_chunks(place))
        except DirectoryError as error:
            answer = error
        tell.send_bytes(pickle.dumps(answer))

    def _take_chunks(self, place: int) -> Iterator[tuple[int, list[Any]]]:
        done = 0
        for pipe in self._shares[place:] + self._shares[:place]:
            while number := os.read(pipe, _NUMBER.size):
                (start,) = _NUMBER.unpack(number)
                results = [self._work(item) for item in self._items[start : start + self._chunk]]
                done += len(results)
                _NUMBER.pack_into(self._done, _NUMBER.size * place, done)
                yield start, results

    def _count_done(self) -> int:
        return sum(count for (count,) in _NUMBER.iter_unpack(self._done[:]))


def _fill_pipe(numbers: Sequence[int]) -> int:
    """Return the reading end of a pipe that holds some numbers; each is read by just one process."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(b"".join(map(_NUMBER.pack, numbers)))
    return reading


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
