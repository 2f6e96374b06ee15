"""``twofa todo``: list what needs an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.editors.todo import as_json, as_text, find_items

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def todo(options: argparse.Namespace, call: Call) -> int:
    """Print the queues; that there is something to do is no failure."""
    items = find_items(call.root, options.date or call.today)
    if options.json:
        print_json(as_json(items))
    else:
        print(as_text(items, is_whole=options.all))
    return 0
