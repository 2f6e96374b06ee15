"""``twofa build``: build the site, or put the release before it back in place.

What a build with nothing to do has no use for is imported where it is needed: that takes longer than such a build.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.existing import find_fresh, look_at_project
from generator.build.holding import hold_output
from generator.build.manifest import Manifests
from generator.commands.printing import print_json
from generator.project import check_project

if TYPE_CHECKING:
    import argparse

    from generator.build.existing import Existing
    from generator.build.report import BuildReport
    from generator.commands.call import Call


def build(options: argparse.Namespace, call: Call) -> int:
    """Build the site and say what was done."""
    check_project(call.root)
    out = find_out(call.root, options.out)
    recover_data(call.root)
    if options.rollback:
        return roll_back(out)
    with hold_output(out):
        report = build_site(options, call, out)
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if options.json:
        print_json(report.as_json())
        return 0
    if report.sample:
        print("Built from the embedded sample data; run twofa fetch for the real data.")
    print(report.as_text())
    return 0


def find_out(root: Path, given: str | None) -> Path:
    """Return the output as a full path without .. in it; links stay as they are.

    Raises :class:`UsageError` for one that would overwrite something of the project.
    """
    usual = os.path.abspath(root / "site")  # noqa: PTH100 (links stay)
    out = os.path.abspath(given or usual)  # noqa: PTH100
    if out != usual:
        from generator.destinations import check_destination

        is_usual = os.path.realpath(out) == os.path.realpath(usual)
        check_destination(str(root), out, () if is_usual else (usual,))
    return Path(out)


def recover_data(root: Path) -> None:
    """Finish what a fetch that was cut short left in ``data/``."""
    if (root / "data" / ".pending").exists():
        from generator.config import Paths
        from generator.upstream.store import recover

        recover(Paths(root=root))


def roll_back(out: Path) -> int:
    """Put the release before the last back in place."""
    from generator.build.switch import check_rollback, rollback

    check_rollback(out)
    with hold_output(out):
        rollback(out)
    print(f"{out} is the release before again; to take this back, run the same command once more.")
    return 0


def build_site(options: argparse.Namespace, call: Call, out: Path) -> BuildReport:
    """Build what has changed, or find that there is nothing to build."""
    started = time.perf_counter()
    existing = look_at_project(call.root, out, Manifests(call.root / ".twofa", out), is_clean=options.clean)
    today = options.date or call.today
    if report := find_fresh(existing, today=today, base_url=options.base_url):
        return report._replace(seconds={"check": time.perf_counter() - started})
    # What is made now is needed to the end, so there is nothing to collect.
    gc.disable()
    try:
        return build_changes(options, call, existing)
    finally:
        # Keep the collector from going through everything as soon as it is enabled again.
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def build_changes(options: argparse.Namespace, call: Call, existing: Existing) -> BuildReport:
    """Build what has changed."""
    from generator.build import pipeline
    from generator.build.memory import Memory
    from generator.build.site import Order
    from generator.build.workers import count_cores
    from generator.commands.progress import show_progress
    from generator.config import Paths

    today = options.date or call.today
    with show_progress(sys.stderr) as tick:
        order = Order(
            root=call.root,
            out=existing.out,
            memory=Memory(Paths(root=call.root), is_clean=options.clean),
            today=today,
            latest=max(today, call.today),
            base_url=options.base_url,
            jobs=options.jobs or count_cores(),
            tick=tick,
        )
        return pipeline.build(order, existing)
