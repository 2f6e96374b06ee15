"""The command: arguments, a folder that goes away again, what is printed, exit codes."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benching.figures import LARGE, SMALL, Measured
from scripts.benching.machine import describe_machine
from scripts.benching.measuring import Effort, measure_project
from scripts.benching.processes import BenchError, Twofa
from scripts.benching.project import make_project
from scripts.benching.tables import write_machine, write_markdown, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FEWEST = 40
_INTERRUPTED = 130
#: What ends a bench early, its folder removed all the same.
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108 (a name is made there that nobody can guess)
#: What a project with its site, a second site, a packed one and one in the making takes, for each service.
_BYTES_EACH = 120_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a bench and return its exit code: 0 done, 1 something failed or is wrong, 2 usage, 130 interrupted."""
    options = _build_parser().parse_args(arguments)
    for number in _ENDINGS:
        signal.signal(number, signal.default_int_handler)
    try:
        _run(options)
    except (BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures builds of made-up projects; docs/performance.md says how."
    )
    parser.add_argument(
        "--services",
        type=_parse_services,
        action="append",
        metavar="N",
        help=f"how many services; may be given several times (default: {SMALL} and {LARGE})",
    )
    parser.add_argument("--rounds", type=_parse_count, default=5, metavar="N", help="how often (default: 5)")
    parser.add_argument(
        "--saves", type=_parse_count, default=20, metavar="N", help="how many saves in each way (default: 20)"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where to work (default: in memory if there is room, else on disk)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the projects and say where they are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything to this file too")
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/performance.md")
    parser.add_argument("--twofa", type=_parse_command, metavar="COMMAND", help="the program to measure")
    parser.add_argument(
        "--make-only", type=Path, metavar="DIR", help="only make a project of N services there, for trials by hand"
    )
    return parser


def _parse_services(text: str) -> int:
    if not text.isdecimal() or int(text) < _FEWEST:
        message = f"{text!r} is not a number of services; the fewest are {_FEWEST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parse_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parse_command(text: str) -> Twofa:
    return Twofa(command=tuple(shlex.split(text)))


def _run(options: argparse.Namespace) -> None:
    twofa = options.twofa or _find_twofa()
    sizes: list[int] = options.services or [SMALL, LARGE]
    if options.make_only:
        made = make_project(options.make_only.absolute(), sizes[0], twofa)
        print(f"{made.services:,} services are in {made.root}")
        return
    effort = Effort(rounds=options.rounds, saves=options.saves)
    day = datetime.now(UTC).date().isoformat()
    measured: list[Measured] = []
    machine: dict[str, str | int] = {}
    for services in sizes:
        with _working_folder(options.folder, services, keep=options.keep) as folder:
            machine = describe_machine(folder)
            _tell(services, "making the project")
            project = make_project(folder / "project", services, twofa)
            found = measure_project(project, twofa, effort, partial(_tell, services))
        measured.append(found)
        if options.markdown:
            print(write_markdown(found, machine, day, f"{effort.rounds} rounds, {effort.saves} saves in each way"))
        else:
            print(write_text(found))
        print()
    if not options.markdown:
        print(write_machine(machine))
    if options.json:
        report = {"date": day, "machine": machine, "rounds": effort.rounds, "saves": effort.saves}
        report["projects"] = [found.as_json() for found in measured]
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _find_twofa() -> Twofa:
    """Return the command beside this Python, where it is installed; else the checkout's own package."""
    installed = Path(sys.executable).with_name("twofa")
    return Twofa(command=(str(installed),) if installed.exists() else (sys.executable, "-m", "generator"))


def _tell(services: int, what: str) -> None:
    print(f"{services:,} services: {what} …", file=sys.stderr)


@contextlib.contextmanager
def _working_folder(parent: Path | None, services: int, *, keep: bool) -> Iterator[Path]:
    """Make a folder for the block: in memory if it has the room and nothing else was named."""
    if parent is None and _MEMORY_DISK.is_dir():
        parent = _MEMORY_DISK if shutil.disk_usage(_MEMORY_DISK).free > services * _BYTES_EACH else None
    folder = Path(tempfile.mkdtemp(prefix="twofa-bench-", dir=parent)).absolute()
    try:
        yield folder
    finally:
        if keep:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            # Someone who presses Ctrl-C twice must not leave half of it behind.
            handlers = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDINGS}
            shutil.rmtree(folder)
            for number, handler in handlers.items():
                signal.signal(number, handler)
