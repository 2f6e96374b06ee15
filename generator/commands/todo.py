"""``twofa todo``: list what needs an editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.editors.todo import as_json, as_text, find_items

if TYPE_CHECKING:
    import argparse


def todo(options: argparse.Namespace, *, root: str, today: str) -> int:
    """Print the queues; that there is something to do is no failure."""
    items = find_items(Path(root), today)
    if options.json:
        print_json(as_json(items))
    else:
        print(as_text(items, is_whole=options.all))
    return 0
