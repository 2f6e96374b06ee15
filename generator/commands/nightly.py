"""``twofa nightly``: fetch, build, publish and report, under one lock.

Each step is what the command of its name does. One that fails does not stop the others, as far as they make sense: the
site is built of the last good data, and published if it was built.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.commands.build import find_out
from generator.commands.fetch import refresh_sources
from generator.commands.night_report import Night, Step, describe_failure, describe_fetch
from generator.commands.printing import print_json
from generator.config import Paths
from generator.errors import DirectoryError, InvalidError, PublishError
from generator.lock import hold_lock
from generator.project import check_project
from generator.publishing.changes import load_changes
from generator.publishing.place import check_remote
from generator.upstream import store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.commands.call import Call
    from generator.model import Event


def nightly(options: argparse.Namespace, call: Call) -> int:
    """Do the work of a night, and keep a report of it; the exit code tells the worst of its steps."""
    check_project(call.root)
    out = find_out(call.root, options.out)
    if options.publish:
        with contextlib.suppress(PublishError):  # the step will say that
            check_remote(str(call.root), options.publish, str(out))
    paths = Paths(root=call.root)
    with hold_lock(paths.work / "nightly.lock", "nightly run"):
        night = run_night(options, call, paths, out)
        store.write_night_report(paths, night.as_json(), night.as_text() + "\n")
    if options.json:
        print_json(night.as_json())
    else:
        print(night.as_text())
    return night.exit_code


def run_night(options: argparse.Namespace, call: Call, paths: Paths, out: Path) -> Night:
    """Take one step after the other."""
    changes: list[Event] = []
    updated: list[str] = []
    today = options.date or call.today

    def fetch() -> Step:
        report = refresh_sources(_ask_for_all(options), call)
        changes.extend(event for source in report.sources.values() for event in source.changes)
        updated.extend(name for name, source in report.sources.items() if source.status == "updated")
        return describe_fetch(report)

    steps = [_take("fetch", fetch)]
    steps.append(_take("build", lambda: build(options, paths, out, today)))
    if options.publish and steps[-1].exit_code == 0:
        steps.append(_take("publish", lambda: publish(options, paths, out)))
    return Night(date=today, now=call.now, steps=tuple(steps), updated=tuple(updated), changes=tuple(changes))


def _ask_for_all(options: argparse.Namespace) -> argparse.Namespace:
    """Return the arguments of a fetch of all sources."""
    return argparse.Namespace(
        sources=[],
        origin=None,
        date=options.date,
        dry_run=False,
        give_up_after=options.give_up_after,
        accept=options.accept,
    )


def _take(name: str, step: Callable[[], Step]) -> Step:
    """Take a step; an error is its outcome."""
    try:
        return step()
    except DirectoryError as error:
        problems = tuple(map(str, error.problems)) if isinstance(error, InvalidError) else ()
        return describe_failure(name, error, problems)
    except OSError as error:
        message = f"{error.filename or 'a file'} can't be read or written ({error.strerror or error})"
        return describe_failure(name, PublishError(message, fix="check its permissions and the space on the disk"))


def build(options: argparse.Namespace, paths: Paths, out: Path, today: str) -> Step:
    """Build the site in a process of its own: a fetch may have left a thread that waits for a server."""
    arguments = ["--date", today, "--out", str(out), *(["--base-url", options.base_url] if options.base_url else [])]
    step = _call("build", paths.root, arguments, _describe_build, otherwise="the old site stays as it was")
    changes = load_changes(paths.work, out) if step.report else None
    if not changes:
        return step
    counts = {"new": len(changes.new), "changed": len(changes.changed), "removed": len(changes.removed)}
    told = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    return replace(step, report={**(step.report or {}), "changes": counts}, lines=(*step.lines, f"files: {told}"))


def publish(options: argparse.Namespace, paths: Paths, out: Path) -> Step:
    """Send what changed to the remote, in a process of its own."""
    arguments = [options.publish, "--out", str(out)]
    otherwise = "what the remote lacks is sent by the next run"
    return _call("publish", paths.root, arguments, _describe_publishing, otherwise=otherwise)


def _call(
    name: str, root: Path, arguments: list[str], describe: Callable[[dict[str, int]], str], *, otherwise: str
) -> Step:
    """Run a command of this program, and return its report as a step; ``otherwise`` is what to know if it fails."""
    done = subprocess.run(  # noqa: S603 (this program)
        [sys.executable, "-m", "generator", "--root", str(root), name, "--json", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = tuple(done.stderr.splitlines())
    with contextlib.suppress(ValueError):
        report = json.loads(done.stdout)
        return Step(name=name, exit_code=done.returncode, report=report, lines=(describe(report), *said))
    code = done.returncode if done.returncode > 0 else PublishError.exit_code
    return Step(name=name, exit_code=code, reason=otherwise, lines=said)


def _describe_build(report: dict[str, int]) -> str:
    rendered, pruned = report["rendered"], report["pruned"]
    if not rendered and not pruned:
        return f"build: nothing to render, {report['files']:,} files"
    kept = f"{report['kept']:,} kept, {pruned:,} files pruned, {report['files']:,} files"
    return f"build: {rendered:,} page{'' if rendered == 1 else 's'} rendered, {kept}"


def _describe_publishing(report: dict[str, int]) -> str:
    sent = f"{report['sent']:,} file{'' if report['sent'] == 1 else 's'} sent"
    return f"publish: {sent}, {report['deleted']:,} deleted, {report['unchanged']:,} were there"
