"""The command line: which command runs, and its exit code. The only place that reads the clock or exits.

Rooms and modules are imported where a command needs them: they take longer to load than a small command to run, and
pathlib, typing and datetime together longer than a build with nothing to do.
"""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress

from generator.arguments import build_parser
from generator.errors import DirectoryError, InvalidError, PublishError
from generator.showing import show

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    import argparse
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
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (to the end of the process)
        elif isinstance(stream, io.TextIOWrapper):
            # A name in letters that the terminal lacks is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        code = _COMMANDS[options.command](options)
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


def find_root(given: str | None) -> str:
    """Return the project: the one named, else the folder we are in, else the checkout that this program belongs to."""
    if given is not None and os.path.isabs(given):
        return given
    here = os.getcwd()
    if given is not None:
        return os.path.join(here, given)
    content = os.path.join(here, "content")
    try:
        os.stat(os.path.join(content, "site.yaml"))
    except (FileNotFoundError, NotADirectoryError):
        is_here = False
    except OSError:
        # A folder of that name that nobody can look into: to take another project for it would report on that one.
        is_here = os.path.lexists(content)
    else:
        is_here = True
    if is_here:
        return here
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def find_today() -> str:
    """Return the UTC day as an ISO date."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def find_moment() -> str:
    """Return the UTC time, to the second, as ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def find_time() -> str:
    """Return the time of day here."""
    return time.strftime("%H:%M:%S")


# --- Commands ---------------------------------------------------------------------------------------------------------


def run_fetch(options: argparse.Namespace) -> int:
    """Refresh the snapshots."""
    from generator.commands.fetch import fetch

    return fetch(options, root=find_root(options.root), today=options.date or find_today(), now=find_moment())


def run_build(options: argparse.Namespace) -> int:
    """Build the site."""
    from generator.commands.build import build

    today = find_today()
    wanted = options.date or today
    return build(options, root=find_root(options.root), today=wanted, latest=max(wanted, today))


def run_serve(options: argparse.Namespace) -> int:
    """Serve the site, and build it at every save."""
    from generator.commands.serve import serve

    return serve(options, root=find_root(options.root), find_today=find_today, find_time=find_time)


def run_check(options: argparse.Namespace) -> int:
    """Find every problem."""
    from generator.commands.check import check

    return check(options, root=find_root(options.root), today=options.date or find_today())


def run_new(options: argparse.Namespace) -> int:
    """Write a new curated file."""
    from generator.commands.new import new

    return new(options, root=find_root(options.root), today=find_today())


def run_verify(options: argparse.Namespace) -> int:
    """Stamp a curated file."""
    from generator.commands.verify import verify

    return verify(options, root=find_root(options.root), today=find_today())


def run_todo(options: argparse.Namespace) -> int:
    """List what needs an editor."""
    from generator.commands.todo import todo

    return todo(options, root=find_root(options.root), today=options.date or find_today())


def run_changes(options: argparse.Namespace) -> int:
    """List what differs between two snapshots."""
    from generator.commands.changes import changes

    return changes(options, root=find_root(options.root))


def run_status(options: argparse.Namespace) -> int:
    """Say how old the sources are."""
    from generator.commands.status import status

    return status(options, root=find_root(options.root), now=find_moment())


def run_nightly(options: argparse.Namespace) -> int:
    """Do the work of a night."""
    from generator.commands.nightly import nightly

    return nightly(options, root=find_root(options.root), today=options.date or find_today(), now=find_moment())


def run_explain(options: argparse.Namespace) -> int:
    """Say where the facts of a page come from."""
    from generator.commands.explain import explain

    return explain(options, root=find_root(options.root), today=find_today())


def run_links(options: argparse.Namespace) -> int:
    """Ask after outside links."""
    from generator.commands.links import links

    today = find_today()
    day = options.date or today
    return links(options, root=find_root(options.root), day=day, latest=max(day, today))


def run_publish(options: argparse.Namespace) -> int:
    """Send the site to where readers find it."""
    from generator.commands.publish import publish

    return publish(options, root=find_root(options.root))


_COMMANDS = {
    "fetch": run_fetch,
    "build": run_build,
    "serve": run_serve,
    "check": run_check,
    "new": run_new,
    "verify": run_verify,
    "todo": run_todo,
    "changes": run_changes,
    "status": run_status,
    "nightly": run_nightly,
    "explain": run_explain,
    "links": run_links,
    "publish": run_publish,
}

if __name__ == "__main__":
    run()
