"""``twofa publish``: make a remote hold the site."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.commands.progress import show_progress
from generator.project import check_project
from generator.publishing.publishing import Wish
from generator.publishing.publishing import publish as publish_site

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def publish(options: argparse.Namespace, call: Call) -> int:
    """Send what changed and say what was done."""
    check_project(call.root)
    # So what it has begun is ended in order whoever ends it: Ctrl-C, a time limit, a shutdown.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    out = os.path.abspath(options.out or call.root / "site")  # noqa: PTH100 (without .., but links stay)
    with show_progress(sys.stderr, "files") as tick:
        report = publish_site(
            Wish(
                root=str(call.root),
                out=out,
                remote=options.remote,
                is_dry=options.dry_run,
                is_clean=options.clean,
                prunes=options.prune,
                tick=tick,
            )
        )
    if options.json:
        print_json(report.as_json())
    else:
        print(report.as_text())
    return 0
