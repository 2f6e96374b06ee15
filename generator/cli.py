"""The command line: arguments, exit codes, and what is printed. The only place that reads the clock or exits.

Rooms and modules are imported where a command needs them: they take longer to load than a small command to run, and
pathlib, typing and datetime together longer than a build with nothing to do.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import time
from contextlib import suppress

from generator import __version__
from generator.errors import DirectoryError, InvalidError

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

INTERRUPTED = 130


def run() -> None:
    """Run the command of this process and end it."""
    code = main()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Nothing is left to do, and to take all modules apart would take 15 ms.
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback for anything that a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name in letters that the terminal lacks is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
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
    return code


def print_error(error: DirectoryError) -> None:
    """Print what went wrong: every problem on a line of its own, then the summary."""
    if isinstance(error, InvalidError):
        for problem in error.problems:
            print(problem, file=sys.stderr)
    print(f"twofa: {error}", file=sys.stderr)


# --- Arguments --------------------------------------------------------------------------------------------------------


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal.

    argparse makes one for every argument, to try it out; to learn the width, it would load shutil and all that takes.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_find_width() - 2)


def _find_width() -> int:
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="twofa", description="The generator of a 2FA support directory.", formatter_class=_Help
    )
    parser.add_argument("--version", action="version", version=f"twofa {__version__}")
    parser.add_argument(
        "--root",
        default=None,
        metavar="DIR",
        help="the project (default: here, or the checkout of this program)",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="twofa")
    _add_fetch(commands)
    _add_build(commands)
    _add_serve(commands)
    _add_check(commands)
    return parser


def _add_fetch(commands: Any) -> None:
    command = commands.add_parser(
        "fetch", help="refresh the snapshots of the upstream directories", formatter_class=_Help
    )
    command.add_argument("sources", nargs="*", metavar="SOURCE", help="2fa-directory or passkeys (default: both)")
    command.add_argument("--from", dest="origin", metavar="FILE_OR_URL", help="read the one source from here instead")
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the day stored with the data (default: today, UTC)"
    )
    command.add_argument("--dry-run", action="store_true", help="report, but write nothing")
    command.add_argument(
        "--give-up-after",
        type=parse_seconds,
        metavar="SECONDS",
        help="how long to wait in all for a network that does not answer",
    )
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.set_defaults(run=run_fetch)


def _add_build(commands: Any) -> None:
    command = commands.add_parser("build", help="build the site", formatter_class=_Help)
    command.add_argument("--out", metavar="DIR", help="the output (default: site/ in the project)")
    command.add_argument(
        "--date",
        type=parse_day,
        metavar="DAY",
        help="the day as of which verifications are judged (default: today, UTC)",
    )
    command.add_argument(
        "--base-url", type=parse_base_url, metavar="URL", help="replaces base_url of content/site.yaml"
    )
    command.add_argument(
        "--jobs", type=parse_count, metavar="N", help="how many processes render pages (default: one for each core)"
    )
    command.add_argument("--clean", action="store_true", help="leave aside what earlier builds left")
    command.add_argument("--rollback", action="store_true", help="put the release before this one back in place")
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.set_defaults(run=run_build)


def _add_serve(commands: Any) -> None:
    command = commands.add_parser(
        "serve", help="build, serve the site, and build again at every save", formatter_class=_Help
    )
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen (default: 127.0.0.1)")
    command.add_argument("--port", type=parse_port, default=8000, metavar="PORT", help="(default: 8000)")
    command.set_defaults(run=run_serve)


def _add_check(commands: Any) -> None:
    command = commands.add_parser("check", help="find every problem in content and data", formatter_class=_Help)
    command.add_argument("paths", nargs="*", metavar="PATH", help="only these files or folders")
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the last day that content may name (default: today, UTC)"
    )
    command.add_argument("--json", action="store_true", help="print the problems as JSON")
    command.set_defaults(run=run_check)


def parse_day(text: str) -> str:
    """Return an ISO date; argparse turns the error into its own message."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        message = f"{text!r} is not a day; write it as 2026-10-02"
        raise argparse.ArgumentTypeError(message)
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = f"{text!r} is not a day that exists"
        raise argparse.ArgumentTypeError(message) from None


def parse_seconds(text: str) -> float:
    """Return a positive number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        message = f"{text!r} is not a positive number of seconds"
        raise argparse.ArgumentTypeError(message)
    return seconds


def parse_count(text: str) -> int:
    """Return a whole number from 1 on."""
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    message = f"{text!r} is not a whole number from 1 on"
    raise argparse.ArgumentTypeError(message)


def parse_port(text: str) -> int:
    """Return the number of a port."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    message = f"{text!r} is not the number of a port, from 1 to 65535"
    raise argparse.ArgumentTypeError(message)


def parse_base_url(text: str) -> str:
    """Return the address of a site without the slash at its end."""
    from generator.validation.text_formats import is_base_url

    if not is_base_url(text):
        message = f"{text!r} is not an address such as https://2fa.example.com"
        raise argparse.ArgumentTypeError(message)
    return text.rstrip("/")


def find_root(given: str | None) -> str:
    """Return the project: the one named, else the folder we are in, else the checkout that this program belongs to."""
    here = os.getcwd()
    if given is not None:
        return os.path.join(here, given)
    if os.path.exists(os.path.join(here, "content", "site.yaml")):
        return here
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def find_today() -> str:
    """Return the UTC day as an ISO date."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def find_time() -> str:
    """Return the time of day here."""
    return time.strftime("%H:%M:%S")


# --- Commands ---------------------------------------------------------------------------------------------------------


def run_fetch(options: argparse.Namespace) -> int:
    """Refresh the snapshots."""
    from generator.commands.fetch import fetch

    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    return fetch(options, root=find_root(options.root), today=options.date or find_today(), now=now)


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


if __name__ == "__main__":
    run()
