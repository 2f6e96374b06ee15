"""``twofa verify``: stamp a curated file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generator.config import load_settings
from generator.editors.guides.stamp import NoPlaceError, stamp_guide

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def verify(options: argparse.Namespace, call: Call) -> int:
    """Stamp the file and say so in one line; a second line tells of warnings on it.

    A stamp for which there is no place is printed, to be pasted by hand.
    """
    try:
        stamped = stamp_guide(
            load_settings(call.root),
            options.slug,
            by=options.by,
            source=options.source,
            date=options.date or call.today,
            today=call.today,
        )
    except NoPlaceError as error:
        print("\n".join(error.block), file=sys.stderr)
        raise
    stamp = stamped.stamp
    what = {
        "created": "stamped, in a new file without a guide",
        "stamped": "stamped",
        "unchanged": "has this stamp already",
    }[stamped.outcome]
    methods = ", ".join(stamp["methods"]) or "no method"
    print(f"{stamped.path}: {what}: {stamp['date']} by {stamp['by']} against {stamp['source']}; {methods}")
    if count := len(stamped.warnings):
        print(f"{count} warning{' remains' if count == 1 else 's remain'}: twofa check {stamped.path}")
    return 0
