"""Whole processes, by wall clock: started in sessions of their own, ended with all that they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parents[2]

#: How long a server may take to end after it was asked to.
_PATIENCE = 10.0


class BenchError(Exception):
    """What ends a bench: one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A process that did its work: how long it took, start and end included, and what it printed."""

    seconds: float
    output: str


def run_process(argv: Sequence[str | Path]) -> Finished:
    """Run a program to its end; raises :class:`BenchError` with its last words where it fails."""
    started = time.perf_counter()
    with start_process(argv, subprocess.PIPE, subprocess.PIPE) as process:
        output, errors = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise_failed(argv, process.returncode, errors or output)
    return Finished(seconds=seconds, output=output)


def raise_failed(argv: Sequence[str | Path], code: int, words: str) -> NoReturn:
    """Raise the :class:`BenchError` of a program that failed."""
    message = f"{' '.join(map(str, argv))} failed (exit code {code}): {words.strip()}"
    raise BenchError(message)


@contextlib.contextmanager
def start_process(
    argv: Sequence[str | Path], output: int | IO[str], errors: int = subprocess.STDOUT
) -> Iterator[subprocess.Popen[str]]:
    """Start a program for the block; whatever is left of its session then is ended.

    The session is its own, so that Ctrl-C reaches the bench alone, which then ends the program in its own order.
    """
    # Only the bench itself was told by this variable where it lies.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        argv,
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Ask a session to end as Ctrl-C does, and end it where it does not listen."""
    try:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, signal.SIGINT)
                process.wait(_PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Twofa:
    """The command that is measured, as the words to start it with."""

    command: tuple[str, ...]

    def argv(self, root: Path, *arguments: str | Path) -> tuple[str | Path, ...]:
        """Return the command line for a project."""
        return (*self.command, "--root", root, *arguments)

    def run(self, root: Path, *arguments: str | Path) -> Finished:
        """Run a command on a project to its end."""
        return run_process(self.argv(root, *arguments))

    def offers(self, command: str, option: str = "") -> bool:
        """Tell whether the program knows a command, and an option of it."""
        try:
            return option in run_process((*self.command, command, "--help")).output
        except BenchError:
            return False
