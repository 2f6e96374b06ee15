"""The command line: which command runs, and its exit code. The only place that reads the clock or exits.

Only the module of the command is imported: the others take longer to load than a small command to run.
"""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from generator.arguments import build_parser
from generator.commands.call import Call
from generator.errors import DirectoryError, InvalidError, PublishError
from generator.showing import show

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def run() -> None:
    """Run the command of this process and end it."""
    try:
        code = main()
    except KeyboardInterrupt:
        # Before the command began, or while its end was told.
        code = INTERRUPTED
    with suppress(OSError, ValueError, KeyboardInterrupt):
        sys.stdout.flush()
        sys.stderr.flush()
    # Nothing is left to do, and to take all modules apart would take 15 ms.
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback for anything that a user can cause."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # It was closed by whoever called; there is nobody to tell anything.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (to the end of the process)
        elif isinstance(stream, io.TextIOWrapper):
            # A name in letters that the terminal lacks is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        command = getattr(import_module(f"generator.commands.{options.command}"), options.command)
        code: int = command(options, Call(find_root(options.root), find_today(), find_moment(), find_today, find_time))
        sys.stdout.flush()
    except DirectoryError as error:
        print_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("twofa: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; what is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # What no room foresaw: a folder that can't be read, standard output on a full disk.
        name = os.fsdecode(error.filename) if error.filename else "a file"
        message = f"{name} can't be read or written ({error.strerror or error})"
        failure = PublishError(message, fix="check its permissions and the space on the disk")
        print_error(failure)
        return failure.exit_code
    return code


def print_error(error: DirectoryError) -> None:
    """Print what went wrong: every problem on a line of its own, then the summary."""
    with suppress(OSError):
        if isinstance(error, InvalidError):
            for problem in error.problems:
                print(problem, file=sys.stderr)
        print(f"twofa: {show(str(error))}", file=sys.stderr)


def find_root(given: str | None) -> Path:
    """Return the project: the one named, else the folder we are in, else the checkout that this program belongs to."""
    if given is not None and Path(given).is_absolute():
        return Path(given)  # whether or not the folder we are in is still there
    here = Path.cwd()
    if given is not None:
        return here / given
    content = here / "content"
    try:
        (content / "site.yaml").stat()
    except (FileNotFoundError, NotADirectoryError):
        return Path(__file__).resolve().parents[1]
    except OSError:
        # A folder of that name that nobody can look into: to take another project for it would report on that one.
        return here if os.path.lexists(content) else Path(__file__).resolve().parents[1]
    return here


def find_today() -> str:
    """Return the UTC day as an ISO date."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def find_moment() -> str:
    """Return the UTC time, to the second, as ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def find_time() -> str:
    """Return the time of day here."""
    return time.strftime("%H:%M:%S")


if __name__ == "__main__":
    run()
