"""``twofa serve``: build, serve, and build again at every save."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from generator.build.live import LiveMemory
from generator.build.site import Order
from generator.build.workers import count_cores
from generator.config import Paths
from generator.editors.preview.desk import Desk
from generator.editors.preview.rebuilding import Rebuilder
from generator.editors.preview.server import Preview, PreviewServer
from generator.project import check_project
from generator.showing import show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from generator.commands.call import Call
    from generator.editors.preview.rebuilding import Outcome


def serve(options: argparse.Namespace, call: Call) -> int:
    """Serve the site until interrupted, which is how it is meant to end."""
    check_project(call.root)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    paths = Paths(root=call.root)
    memory = LiveMemory(paths)

    def make_order() -> Order:
        day = call.find_today()
        return Order(root=paths.root, out=paths.site, memory=memory, today=day, latest=day, jobs=count_cores())

    rebuilder = Rebuilder(make_order, memory)
    server = PreviewServer(paths.site, rebuilder, Desk(make_order, memory, rebuilder))
    server.listen(options.host, options.port)
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Serving on http://{host}:{options.port}/ until Ctrl-C; every save is built.", flush=True)
    try:
        Preview(paths.root, server, rebuilder, Teller(call.find_time).tell).run()
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


class Teller:
    """Says what each rebuild came to."""

    def __init__(self, find_time: Callable[[], str]) -> None:
        self._find_time = find_time
        self._otherwise = "start"
        self._warnings: frozenset[str] = frozenset()

    def tell(self, names: frozenset[str], outcome: Outcome) -> None:
        """Print a line, before it the problems; a warning only when it is new."""
        what = ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        what, self._otherwise = what or self._otherwise, "new folders"
        if outcome.report is None:
            for problem in outcome.problems:
                print(problem, file=sys.stderr)
            print(f"{self._find_time()} {show(what)}: {show(outcome.message)}", file=sys.stderr, flush=True)
            return
        for warning in outcome.report.warnings:
            if warning not in self._warnings:
                print(warning, file=sys.stderr)
        self._warnings = frozenset(outcome.report.warnings)
        pages = f"{outcome.report.rendered:,} page{'' if outcome.report.rendered == 1 else 's'} rendered"
        print(f"{self._find_time()} {show(what)}: {pages}, {outcome.seconds * 1000:.0f} ms", flush=True)
