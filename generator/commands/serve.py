"""``twofa serve``: build, serve, and build again at every save."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.live import LiveMemory
from generator.build.parallel import count_cores
from generator.build.site import Order
from generator.config import Paths
from generator.editors.preview.rebuilding import Rebuilder
from generator.editors.preview.server import Preview, PreviewServer
from generator.project import check_project

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from generator.editors.preview.rebuilding import Outcome


def serve(options: argparse.Namespace, *, root: str, find_today: Callable[[], str]) -> int:
    """Serve the site until interrupted."""
    check_project(root)
    paths = Paths(root=Path(root))

    def make_order() -> Order:
        today = find_today()
        return Order(root=paths.root, out=paths.site, today=today, latest=today, jobs=count_cores())

    rebuilder = Rebuilder(make_order, LiveMemory(paths))
    server = PreviewServer(paths.site, rebuilder)
    server.listen(options.host, options.port)
    print(f"Serving on http://{options.host}:{options.port}/ until Ctrl-C; every save is built.", flush=True)
    try:
        Preview(paths.root, server, rebuilder, tell).run()
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def tell(names: frozenset[str], outcome: Outcome) -> None:
    """Print what changed and what came of it."""
    # What was made so far stays; to look through it for garbage at each save would take longer than the save.
    gc.freeze()
    what = ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "start"
    if outcome.report is None:
        for problem in outcome.problems:
            print(problem, file=sys.stderr)
        print(f"{what}: {outcome.message}", file=sys.stderr, flush=True)
        return
    for warning in outcome.report.warnings if not names else ():
        print(warning, file=sys.stderr)
    print(f"{what}: {outcome.report.rendered:,} pages rendered in {outcome.seconds * 1000:.0f} ms", flush=True)
