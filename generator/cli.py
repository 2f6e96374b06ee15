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

from generator import __version__
from generator.errors import DirectoryError, InvalidError

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from generator.build.glance import Glance
    from generator.build.report import BuildReport
    from generator.config import Settings
    from generator.formats.ledger import Ledger, Published
    from generator.model import DirectoryRecord, PasskeyRecord

INTERRUPTED = 130


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
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.set_defaults(run=run_build)


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


def load_project(options: argparse.Namespace, *, base_url: str | None = None) -> Settings:
    """Read the settings of the project that the options name."""
    from pathlib import Path

    from generator.config import load_settings

    return load_settings(Path(find_root(options.root)), base_url=base_url)


def print_json(value: Mapping[str, Any]) -> None:
    """Print a report for machines; valid JSON in any encoding."""
    import json

    is_utf8 = (sys.stdout.encoding or "").lower() in {"utf-8", "utf8"}
    print(json.dumps(value, ensure_ascii=not is_utf8, indent=2))


# --- Commands ---------------------------------------------------------------------------------------------------------


def run_fetch(options: argparse.Namespace) -> int:
    """Refresh the snapshots; the exit code tells the worst that happened to a source."""
    from datetime import UTC, datetime

    from generator.catalogue.load import load_names
    from generator.upstream.refresh import fetch

    settings = load_project(options)
    today = options.date or find_today()
    report = fetch(
        settings,
        sources=options.sources,
        origin=options.origin,
        date=today,
        now=datetime.now(UTC).isoformat(timespec="seconds"),
        dry_run=options.dry_run,
        give_up_after=options.give_up_after,
        known_categories=frozenset(load_names(settings.paths, "categories")),
        find_published=plan_published(settings),
    )
    if options.json:
        print_json(report.as_json())
    else:
        print(report.as_text())
    return report.exit_code


def plan_published(
    settings: Settings,
) -> Callable[[Mapping[str, DirectoryRecord], Mapping[str, PasskeyRecord], Ledger], Published]:
    """Return the function by which a refresh learns what a build of its records would publish."""
    from generator.catalogue.checks import find_unlisted
    from generator.catalogue.inputs import Baseline
    from generator.catalogue.load import load_content
    from generator.catalogue.merge import merge
    from generator.pages.context import build_context
    from generator.pages.plan import find_published

    content = load_content(settings.paths)

    def find(
        directory: Mapping[str, DirectoryRecord], passkeys: Mapping[str, PasskeyRecord], ledger: Ledger
    ) -> Published:
        baseline = Baseline(directory=directory, passkeys=passkeys, has_passkeys=bool(passkeys), ledger=ledger)
        catalogue = merge(baseline, find_unlisted(content.curated, baseline).usable)
        return find_published(build_context(catalogue, content.editorial, settings, {}))

    return find


def run_build(options: argparse.Namespace) -> int:
    """Build the site and say where it is."""
    root = find_root(options.root)
    out = os.path.abspath(options.out or os.path.join(root, "site"))  # without .., but links stay
    report = build_site(options, root, out)
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if options.json:
        print_json(report.as_json())
        return 0
    if report.sample:
        print("Built from the embedded sample data; run twofa fetch for the real data.")
    print(report.as_text())
    return 0


def build_site(options: argparse.Namespace, root: str, out: str) -> BuildReport:
    """Build the site, or find that there is nothing to build."""
    from generator.build.glance import find_fresh, glance
    from generator.lock import hold_lock

    today = options.date or find_today()
    started = time.perf_counter()
    recover_data(root)
    with hold_lock(os.path.join(root, ".twofa", "build.lock"), "build"):
        seen = glance(root, out, is_clean=options.clean)
        if fresh := find_fresh(seen, today=today, base_url=options.base_url):
            return fresh._replace(seconds={"check": time.perf_counter() - started})
        return build_changes(options, today, seen)


def recover_data(root: str) -> None:
    """Finish what a fetch that was cut short left in ``data/``."""
    if os.path.exists(os.path.join(root, "data", ".pending")):
        from pathlib import Path

        from generator.config import Paths
        from generator.upstream.store import recover

        recover(Paths(root=Path(root)))


def build_changes(options: argparse.Namespace, today: str, seen: Glance) -> BuildReport:
    """Build what has changed; the caller holds the lock."""
    from generator.build.ahead import go_ahead

    ahead = go_ahead(seen)
    # From here on a second process works while this one imports.
    from pathlib import Path

    from generator.build.memory import Memory
    from generator.build.parallel import count_cores
    from generator.build.pipeline import build
    from generator.build.site import Order
    from generator.config import Paths

    order = Order(
        root=Path(seen.root),
        out=Path(seen.out),
        today=today,
        latest=max(today, find_today()),
        base_url=options.base_url,
        jobs=options.jobs or count_cores(),
        is_clean=options.clean,
    )
    try:
        is_intact = bool(ahead.take())
        memory = Memory(Paths(root=order.root), is_clean=order.is_clean, ahead=ahead)
        return build(order, memory, seen, is_intact=is_intact)
    finally:
        ahead.close()


def run_check(options: argparse.Namespace) -> int:
    """Print every problem; warnings alone are no failure."""
    from pathlib import Path

    from generator.editors.check import as_json, as_text, find_problems

    root = Path(find_root(options.root))
    problems = find_problems(root, [Path(path) for path in options.paths], options.date or find_today())
    if options.json:
        print_json(as_json(problems))
    else:
        print(as_text(problems, root))
    return InvalidError.exit_code if any(problem.severity == "error" for problem in problems) else 0


if __name__ == "__main__":
    raise SystemExit(main())
