"""``twofa status``: how old the sources are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.config import SOURCE_IDS, load_settings
from generator.errors import UnreachableError
from generator.upstream import store
from generator.upstream.ages import describe_age, find_age

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def status(options: argparse.Namespace, call: Call) -> int:
    """Print age and last success of each source; exit code 3 where one is older than the settings allow."""
    settings = load_settings(call.root)
    limit = settings.limits.source_max_age_hours
    known = store.load_status(settings.paths)
    # A site may do without one of them.
    used = [source for source in SOURCE_IDS if source in known or settings.sources[source].address]
    ages = [find_age(source, known.get(source), now=call.now, max_hours=limit) for source in used]
    if options.json:
        print_json({"sources": {age.source: age.as_json() for age in ages}, "max_age_hours": limit})
    else:
        print("\n".join(map(describe_age, ages)))
    is_old = any(age.is_old for age in ages)
    if is_old and not options.json:
        print(f"A source is older than the {limit} hours of limits.source_max_age_hours: see data/reports/latest.txt")
    return UnreachableError.exit_code if is_old else 0
