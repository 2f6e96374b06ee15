"""``twofa fetch``: refresh the snapshots."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.inputs import fingerprint
from generator.catalogue.load import load_moves, load_names
from generator.commands.printing import print_json
from generator.commands.recorded import is_recorded, look_at_all, note_recorded
from generator.config import Paths, load_settings
from generator.errors import UsageError
from generator.upstream import refresh
from generator.yamlcache import FILE as YAML_CACHE
from generator.yamlcache import load_cache

if TYPE_CHECKING:
    import argparse

    from generator.config import Settings
    from generator.upstream.report import FetchReport
    from generator.upstream.takeover import FindPublished


def fetch(options: argparse.Namespace, *, root: str, today: str, now: str) -> int:
    """Refresh the snapshots, or take back the last refresh; the exit code tells the worst that happened to a source."""
    if options.rollback:
        if options.origin or options.accept or options.dry_run:
            raise UsageError("--rollback takes back the last refresh", fix="leave out --from, --accept and --dry-run")
        report = refresh.roll_back(load_settings(Path(root)), sources=options.sources, date=today, now=now)
    else:
        report = refresh_sources(options, root, today=today, now=now)
    if options.json:
        print_json(report.as_json())
    else:
        print(report.as_text())
    return report.exit_code


def refresh_sources(options: argparse.Namespace, root: str, *, today: str, now: str) -> FetchReport:
    """Refresh the sources that the arguments name."""
    # Thousands of records come and stay, so there is nothing to collect, and looking takes as long as reading them.
    gc.disable()
    try:
        return _refresh(options, Paths(root=Path(root)), today, now)
    finally:
        gc.enable()


def _refresh(options: argparse.Namespace, paths: Paths, today: str, now: str) -> FetchReport:
    seen = look_at_all(paths)
    # What the last build has parsed need not be parsed again.
    cache = load_cache(paths.work / YAML_CACHE, fingerprint(seen))
    settings = load_settings(paths.root, cache=cache)
    report = refresh.fetch(
        settings,
        sources=options.sources,
        origin=options.origin,
        date=today,
        now=now,
        dry_run=options.dry_run,
        give_up_after=options.give_up_after,
        accept=options.accept,
        known_categories=frozenset(load_names(paths, "categories", cache)),
        moves={move.old: move.new for move in load_moves(paths, cache=cache)},
        find_published=_plan_when_asked(settings),
        is_recorded=is_recorded(paths, seen),
    )
    if report.exit_code == 0 and not options.dry_run:
        note_recorded(paths, seen)
    return report


def _plan_when_asked(settings: Settings) -> FindPublished:
    """Return the function by which a refresh learns what is published; a quiet night never asks it."""

    @cache
    def prepare() -> FindPublished:
        from generator.commands.published import plan_published

        return plan_published(settings)

    return lambda *asked: prepare()(*asked)  # noqa: PLW0108 (prepared when it is asked)
