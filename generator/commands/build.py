"""``twofa build``: build the site, or put the release before it back in place.

What a build needs that has anything to do is imported only then: it takes longer than to find that there is nothing.
"""

from __future__ import annotations

import gc
import os
import sys
import time

from generator.build.ahead import Ahead, go_ahead, link, prepare, prepare_edits
from generator.build.glance import find_fresh, glance, has_edits_only, lacks_spare
from generator.build.holding import hold_output
from generator.project import check_project

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    import argparse

    from generator.build.glance import Glance
    from generator.build.report import BuildReport

#: What a build made, kept to the end of this process: to take it apart piece by piece would take longer than to end.
_made: list[object] = []


def build(options: argparse.Namespace, *, root: str, today: str, latest: str) -> int:
    """Build the site and say what was done."""
    check_project(root)
    out = find_out(root, options.out)
    recover_data(root)
    if options.rollback:
        return roll_back(out)
    with hold_output(out):
        report = build_site(options, root, out, today, latest)
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if options.json:
        from generator.commands.printing import print_json

        print_json(report.as_json())
        return 0
    if report.sample:
        print("Built from the embedded sample data; run twofa fetch for the real data.")
    print(report.as_text())
    return 0


def find_out(root: str, given: str | None) -> str:
    """Return the output as a full path without .. in it; links stay as they are.

    Raises :class:`UsageError` for one that would overwrite something of the project.
    """
    usual = os.path.abspath(os.path.join(root, "site"))
    out = os.path.abspath(given or usual)
    if out != usual:
        from generator.destinations import check_destination

        others = () if os.path.realpath(out) == os.path.realpath(usual) else (usual,)
        check_destination(root, out, others)
    return out


def recover_data(root: str) -> None:
    """Finish what a fetch that was cut short left in ``data/``."""
    if os.path.exists(os.path.join(root, "data", ".pending")):
        from pathlib import Path

        from generator.config import Paths
        from generator.upstream.store import recover

        recover(Paths(root=Path(root)))


def roll_back(out: str) -> int:
    """Put the release before the last back in place."""
    from pathlib import Path

    from generator.build.switch import check_rollback, rollback

    check_rollback(Path(out))
    with hold_output(out):
        rollback(Path(out))
    print(f"{out} is the release before again; to take this back, run the same command once more.")
    return 0


def build_site(options: argparse.Namespace, root: str, out: str, today: str, latest: str) -> BuildReport:
    """Build what has changed, or find that there is nothing to build."""
    started = time.perf_counter()
    seen = glance(root, out, is_clean=options.clean)
    if report := find_fresh(seen, today=today, base_url=options.base_url):
        return report._replace(seconds={"check": time.perf_counter() - started})
    # From here on other processes work while this one imports.
    is_edited = has_edits_only(seen)
    ahead = go_ahead(seen, prepare_edits if is_edited else prepare)
    links = go_ahead(seen, link) if is_edited and lacks_spare(seen) else Ahead()
    # What is made now is needed to the end, so there is nothing to collect.
    gc.disable()
    try:
        return build_changes(options, seen, ahead, links, today, latest)
    finally:
        # Nor at the end: what came meanwhile counts as old, or the collector would look through all of it at once.
        gc.freeze()
        gc.unfreeze()
        gc.enable()
        ahead.close()
        links.close()


def build_changes(
    options: argparse.Namespace, seen: Glance, ahead: Ahead, links: Ahead, today: str, latest: str
) -> BuildReport:
    """Build what has changed."""
    from pathlib import Path

    from msgspec.structs import replace

    from generator.build import pipeline
    from generator.build.memory import Memory
    from generator.build.parallel import count_cores
    from generator.build.site import Order
    from generator.commands.progress import show_progress
    from generator.config import Paths

    order = Order(
        root=Path(seen.root),
        out=Path(seen.out),
        today=today,
        latest=latest,
        base_url=options.base_url,
        jobs=options.jobs or count_cores(),
        is_clean=options.clean,
    )
    memory = Memory(Paths(root=order.root), is_clean=order.is_clean, ahead=ahead, links=links)
    with show_progress(sys.stderr) as tick:
        return pipeline.build(replace(order, tick=tick), memory, seen, made=_made)
