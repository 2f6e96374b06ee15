"""``twofa links``: ask which outside links still lead somewhere."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.commands.progress import show_progress
from generator.editors.links.checking import Wish, check_links
from generator.editors.links.report import as_json, as_text

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def links(options: argparse.Namespace, call: Call) -> int:
    """Ask the links that are due and say where all of them stand; a dead link is no failure of the command."""
    day = options.date or call.today
    # So what was answered is kept whoever ends it: Ctrl-C, a time limit, a shutdown.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with show_progress(sys.stderr, "links") as tick:
        outcome = check_links(
            Wish(
                root=call.root,
                day=day,
                latest=max(day, call.today),
                max_age=options.max_age,
                limit=options.limit,
                pause=options.pause,
                allow_private=options.allow_private,
                tick=tick,
            )
        )
    if options.json:
        print_json(as_json(outcome))
    else:
        print(as_text(outcome))
    return 0
