"""``twofa fetch``: refresh the snapshots."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from generator.build.inputs import find_files, fingerprint, look
from generator.cache import FILE, load_cache
from generator.catalogue.load import load_moves, load_names
from generator.commands.printing import print_json
from generator.commands.published import plan_published
from generator.config import Paths, load_settings
from generator.errors import UsageError
from generator.upstream import refresh
from generator.upstream.takeover import Run

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call
    from generator.upstream.report import FetchReport


def fetch(options: argparse.Namespace, call: Call) -> int:
    """Refresh the snapshots, or take back the last refresh; the exit code tells the worst that happened to a source."""
    if options.rollback:
        if options.origin or options.accept or options.dry_run:
            raise UsageError("--rollback takes back the last refresh", fix="leave out --from, --accept and --dry-run")
        settings, date = load_settings(call.root), options.date or call.today
        report = refresh.roll_back(settings, sources=options.sources, date=date, now=call.now)
    else:
        report = refresh_sources(options, call)
    if options.json:
        print_json(report.as_json())
    else:
        print(report.as_text())
    return report.exit_code


def refresh_sources(options: argparse.Namespace, call: Call) -> FetchReport:
    """Refresh the sources that the arguments name."""
    # Thousands of records come and stay, so there is nothing to collect, and looking takes as long as reading them.
    gc.disable()
    try:
        return _refresh(options, Paths(root=call.root), call)
    finally:
        gc.enable()


def _refresh(options: argparse.Namespace, paths: Paths, call: Call) -> FetchReport:
    # What the last build has parsed need not be parsed again.
    cache = load_cache(paths.work / FILE, fingerprint(look(find_files(paths.root), {})))
    settings = load_settings(paths.root, cache=cache)
    run = Run(
        settings=settings,
        origin=options.origin,
        date=options.date or call.today,
        now=call.now,
        dry_run=options.dry_run,
        known_categories=frozenset(load_names(paths, "categories", cache)),
        moves={move.old: move.new for move in load_moves(paths, cache=cache)},
        find_published=plan_published(settings, cache),
        accept=options.accept,
    )
    return refresh.fetch(run, options.sources, give_up_after=options.give_up_after)
