"""Several processes at work on one list; only builds with many pages to render need this module.

The processes are forked, so they see everything that was prepared before, and take items in chunks as they get done.
An error in one of them ends the others and is raised here as if it had happened here.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import struct
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

from generator.build.child import Child
from generator.errors import DirectoryError, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NUMBER = struct.Struct("=I")


class Crew:
    """This process and its children, at work on one list."""

    def __init__(
        self,
        work: Callable[[Sequence[Any]], list[Any]],
        items: Sequence[Any],
        jobs: int,
        chunk: int,
        tick: Callable[[int], None],
    ) -> None:
        """Take the work, and how many items each process takes at a time; ``tick`` is told how many are done."""
        self._work, self._items, self._jobs, self._chunk, self._tick = work, items, jobs, chunk, tick
        self._done = mmap.mmap(-1, _NUMBER.size * jobs)
        # A share for each process: neighbours are alike, and what they have in common is made once. Whoever is done
        # with the own share helps with the others.
        starts = range(0, len(items), chunk)
        share = -(-len(starts) // jobs)
        self._shares = [_fill_pipe(starts[place * share : (place + 1) * share]) for place in range(jobs)]

    def run(self) -> list[Any]:
        """Return what the work comes to for each item, in their order."""
        # A collector that walked through what is there already would have all of it copied into each process.
        was_enabled = gc.isenabled()
        gc.freeze()
        gc.disable()
        crew: list[Child] = []
        try:
            for place in range(1, self._jobs):
                crew.append(Child(partial(self._help, place)))  # noqa: PERF401 (each is to be ended, whatever happens)
            found = {}
            for start, results in self._take_chunks(0):
                found[start] = results
                self._tick(self._count_done())
            while crew:
                found |= _receive(crew.pop())
        finally:
            gc.unfreeze()
            if was_enabled:
                gc.enable()
            for pipe in self._shares:
                os.close(pipe)
            for child in crew:
                child.kill()
        return [result for start in sorted(found) for result in found[start]]

    def _help(self, place: int) -> Iterator[Any]:
        """Do the work of one child, and yield what came of it."""
        try:
            yield dict(self._take_chunks(place))
        except DirectoryError as error:
            yield pickle.dumps(error)
        except Exception:
            traceback.print_exc()
            raise

    def _take_chunks(self, place: int) -> Iterator[tuple[int, list[Any]]]:
        done = 0
        for pipe in self._shares[place:] + self._shares[:place]:
            while number := os.read(pipe, _NUMBER.size):
                (start,) = _NUMBER.unpack(number)
                results = self._work(self._items[start : start + self._chunk])
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


def _receive(child: Child) -> dict[int, list[Any]]:
    """Return what came of the work of one child, and wait for its end."""
    answer = child.receive()
    code = child.close()
    if answer is None:
        message = f"a process that rendered pages ended before its work was done (exit code {code})"
        raise PublishError(message, fix="build again; with less memory in use, or with --jobs 1")
    if isinstance(answer, bytes):
        raise pickle.loads(answer)  # noqa: S301 (from a process of our own)
    return dict(answer)
