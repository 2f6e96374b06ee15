"""``twofa changes``: what differs between two files of the 2FA Directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalogue.load import load_names
from generator.commands.printing import print_json
from generator.config import Paths
from generator.upstream.comparing import compare_files, describe_changes

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def changes(options: argparse.Namespace, call: Call) -> int:
    """Print the events between two files, with what may have been moves."""
    known = frozenset(load_names(Paths(root=call.root), "categories"))
    found, warnings = compare_files(Path(options.old), Path(options.new), known_categories=known)
    if options.json:
        print_json({**found.as_json(), "warnings": list(warnings)})
    else:
        print(describe_changes(found, warnings))
    return 0
